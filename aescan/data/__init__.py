"""Facts as data, each with its source and its confidence: ports of AE Services, known Avaya certificates."""
