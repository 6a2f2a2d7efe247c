/*
 * The least that any scanner must do, in C: the yardstick of the benchmark.
 *
 *     bare PORT ENDPOINTS CONCURRENCY FIRST_ADDRESS HELLO_FILE
 *
 * One epoll loop. For each of ENDPOINTS addresses from FIRST_ADDRESS on (an integer, 127.0.0.0/8): connect to PORT, send
 * the bytes of HELLO_FILE, read records until the Certificate message is complete, close. CONCURRENCY connections are
 * open at once. Nothing is decoded, checked, timed out or kept. Prints one line of JSON: how many flights were read to
 * the end of their Certificate message, and the seconds it took, of CPU (user and system) and of the clock.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    LONGEST_HELLO = 4096,
    LONGEST_FLIGHT = 65536,
    EVENTS = 512,      /* taken from the kernel at a time */
    PATIENCE = 10000,  /* milliseconds without any event: the server is gone */
    RECORD_HEADER = 5,
    MESSAGE_HEADER = 4,
    HANDSHAKE = 22,
    CERTIFICATE = 11
};

struct connection {
    int socket;
    int sent;
    size_t received;
    unsigned char flight[LONGEST_FLIGHT];
};

static unsigned char hello[LONGEST_HELLO];
static size_t hello_length;
static int poll_set;

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static double seconds(struct timeval time)
{
    return time.tv_sec + time.tv_usec / 1e6;
}

static double cpu_seconds(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

static double clock_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec + now.tv_nsec / 1e9;
}

static void begin(struct connection *connection, in_addr_t address, in_port_t port)
{
    struct sockaddr_in peer = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(address)};
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = connection};

    connection->sent = 0;
    connection->received = 0;
    connection->socket = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (connection->socket < 0)
        fail("socket");
    if (connect(connection->socket, (struct sockaddr *)&peer, sizeof peer) < 0 && errno != EINPROGRESS)
        fail("connect");
    if (epoll_ctl(poll_set, EPOLL_CTL_ADD, connection->socket, &event) < 0)
        fail("epoll_ctl");
}

/* Whether the flight holds its whole Certificate message; messages may span records, so lengths are followed in both. */
static int complete(const unsigned char *flight, size_t received)
{
    size_t at = 0, record_end = 0, message_left = 0, header = 0;
    unsigned char message[MESSAGE_HEADER];

    while (at < received) {
        if (at == record_end) {
            if (received - at < RECORD_HEADER || flight[at] != HANDSHAKE)
                return 0;
            record_end = at + RECORD_HEADER + (flight[at + 3] << 8 | flight[at + 4]);
            at += RECORD_HEADER;
            continue;
        }
        if (header < MESSAGE_HEADER) {
            message[header++] = flight[at++];
            if (header < MESSAGE_HEADER)
                continue;
            message_left = (size_t)message[1] << 16 | message[2] << 8 | message[3];
        } else {
            size_t end = record_end < received ? record_end : received;
            size_t step = message_left < end - at ? message_left : end - at;
            message_left -= step;
            at += step;
        }
        if (message_left == 0) {
            if (message[0] == CERTIFICATE)
                return 1;
            header = 0;
        }
    }
    return 0;
}

/* Goes on as far as it can: 1 when the Certificate message is there, -1 when it never will be, 0 for later. */
static int proceed(struct connection *connection)
{
    if (!connection->sent) {
        if (send(connection->socket, hello, hello_length, MSG_NOSIGNAL) != (ssize_t)hello_length)
            return errno == EAGAIN ? 0 : -1;
        connection->sent = 1;
        return 0; /* nothing can be there yet; its arrival is an event */
    }
    for (;;) {
        size_t room = LONGEST_FLIGHT - connection->received;
        ssize_t count = recv(connection->socket, connection->flight + connection->received, room, 0);
        if (count < 0)
            return errno == EAGAIN ? 0 : -1;
        if (count == 0)
            return -1;
        connection->received += count;
        if (complete(connection->flight, connection->received))
            return 1;
    }
}

int main(int count, char **arguments)
{
    if (count != 6)
        return 2;
    in_port_t port = atoi(arguments[1]);
    long endpoints = atol(arguments[2]), concurrency = atol(arguments[3]);
    in_addr_t first = strtoul(arguments[4], NULL, 10);
    FILE *file = fopen(arguments[5], "rb");
    if (!file)
        fail(arguments[5]);
    hello_length = fread(hello, 1, sizeof hello, file);
    fclose(file);

    struct connection *connections = calloc(concurrency, sizeof *connections);
    struct epoll_event events[EVENTS];
    poll_set = epoll_create1(EPOLL_CLOEXEC);
    if (!connections || poll_set < 0)
        fail("starting");

    double clock_began = clock_seconds(), cpu_began = cpu_seconds();
    long begun = 0, done = 0, captured = 0;
    while (begun < endpoints && begun < concurrency) {
        begin(&connections[begun], first + begun, port);
        begun++;
    }
    while (done < endpoints) {
        int ready = epoll_wait(poll_set, events, EVENTS, PATIENCE);
        if (ready <= 0)
            break;
        for (int i = 0; i < ready; i++) {
            struct connection *connection = events[i].data.ptr;
            int outcome = proceed(connection);
            if (outcome == 0)
                continue;
            captured += outcome > 0;
            done++;
            close(connection->socket);
            if (begun < endpoints)
                begin(connection, first + begun++, port);
        }
    }
    printf("{\"chains\": %ld, \"connections\": %ld, \"cpu\": %.6f, \"wall\": %.6f}\n", captured, begun, cpu_seconds() - cpu_began,
           clock_seconds() - clock_began);
    return 0;
}
