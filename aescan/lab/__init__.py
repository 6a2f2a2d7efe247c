"""A small made-up estate of servers like those of AE Services, on loopback, for the demo and the tests."""
