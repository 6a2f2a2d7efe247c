/*
 * The server of the benchmark: answers every ClientHello with the same recorded flight.
 *
 *     server LISTENING_SOCKET FLIGHT_FILE
 *
 * LISTENING_SOCKET is the number of an inherited descriptor. The first bytes of a connection are answered with
 * FLIGHT_FILE, all others are dropped until the client closes. It is in C so that it never is what one waits for, and
 * ends when its standard input ends.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LONGEST_FLIGHT = 65536, EVENTS = 512, DESCRIPTORS = 65536 };

static unsigned char flight[LONGEST_FLIGHT], dropped[LONGEST_FLIGHT];
static unsigned char answered[DESCRIPTORS];

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static void watch(int poll_set, int descriptor)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = descriptor};
    if (epoll_ctl(poll_set, EPOLL_CTL_ADD, descriptor, &event) < 0)
        fail("epoll_ctl");
}

int main(int count, char **arguments)
{
    if (count != 3)
        return 2;
    int listening = atoi(arguments[1]), poll_set = epoll_create1(EPOLL_CLOEXEC);
    FILE *file = fopen(arguments[2], "rb");
    if (!file || poll_set < 0)
        fail(arguments[2]);
    size_t length = fread(flight, 1, sizeof flight, file);
    fclose(file);
    fcntl(listening, F_SETFL, O_NONBLOCK);
    watch(poll_set, listening);
    watch(poll_set, STDIN_FILENO);

    struct epoll_event events[EVENTS];
    for (;;) {
        int ready = epoll_wait(poll_set, events, EVENTS, -1);
        for (int i = 0; i < ready; i++) {
            int descriptor = events[i].data.fd, accepted;
            if (descriptor == STDIN_FILENO)
                return 0;
            if (descriptor == listening) {
                while ((accepted = accept4(listening, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
                    if (accepted >= DESCRIPTORS)
                        fail("too many connections");
                    answered[accepted] = 0;
                    watch(poll_set, accepted);
                }
            } else if (recv(descriptor, dropped, sizeof dropped, 0) <= 0) {
                close(descriptor);
            } else if (!answered[descriptor]) {
                answered[descriptor] = 1;
                send(descriptor, flight, length, MSG_NOSIGNAL);
            }
        }
    }
}
