// SPDX-License-Identifier: GPL-2.0-only
/*
 * edu_demo - push requests through /dev/ksw_edu, and check what comes back
 *
 * Several clients share the work.  Each is a process of its own: one half of
 * them does not block, and polls; in the other half one thread writes and
 * another reads, and both block.  Meanwhile this program has the device fail
 * now and then, kills a client that has requests in flight, and shows how far
 * things have come.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "ksw_edu.h"

#define GIVE_UP_S	120	/* without a result */
#define VICTIM		64	/* requests of the client that is killed */

static const char *device = "/dev/ksw_edu";
static unsigned int requests = 10000, clients = 8, depth = 64, faults = 6;
static const char *at_half;

/* What the clients and the main program share */
static struct shared {
	atomic_uint next;	/* request to be written */
	atomic_uint right;	/* results that were as they had to be */
	atomic_uint wrong;
	atomic_uchar seen[];	/* how often each result came */
} *shared;

#define die(...)							\
	do {								\
		fprintf(stderr, "edu_demo: " __VA_ARGS__);		\
		fputc('\n', stderr);					\
		exit(1);						\
	} while (0)

static int open_device(int flags)
{
	int fd = open(device, O_RDWR | O_CLOEXEC | flags);

	if (fd < 0)
		die("%s: %s", device, strerror(errno));
	return fd;
}

static struct ksw_edu_stats get_stats(int fd)
{
	struct ksw_edu_stats stats;

	if (ioctl(fd, KSW_EDU_STATS, &stats))
		die("no statistics: %s", strerror(errno));
	return stats;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* Beyond 33 it is 0: the factorial has a factor of 2^32. */
static uint32_t number_of(uint64_t request)
{
	return request % 34;
}

static uint32_t factorial(uint32_t n)
{
	uint32_t product = 1;

	for (; n; n--)
		product *= n;
	return product;
}

/* Write the request @i: false where there is no room. */
static bool put(int fd, uint64_t i)
{
	struct ksw_edu_request req = { .cookie = i, .number = number_of(i) };

	if (write(fd, &req, sizeof(req)) == sizeof(req))
		return true;
	if (errno != EAGAIN)
		die("write: %s", strerror(errno));
	return false;
}

/* Read a result and check it: false where there is none. */
static bool get(int fd)
{
	struct ksw_edu_result res;
	bool right;

	if (read(fd, &res, sizeof(res)) != sizeof(res)) {
		if (errno != EAGAIN)
			die("read: %s", strerror(errno));
		return false;
	}
	right = !res.status && res.round && res.cookie < requests &&
		res.number == number_of(res.cookie) && res.factorial == factorial(res.number) &&
		!atomic_fetch_add(&shared->seen[res.cookie], 1);
	if (!right)
		fprintf(stderr, "edu_demo: request %" PRIu64 ": %u! = %u, round %u, %s\n",
			(uint64_t)res.cookie, res.number, res.factorial, res.round,
			res.status ? strerror(-res.status) : "wrong");
	atomic_fetch_add(right ? &shared->right : &shared->wrong, 1);
	return true;
}

static void polling_client(void)
{
	struct pollfd p = { .fd = open_device(O_NONBLOCK) };
	unsigned int i = atomic_fetch_add(&shared->next, 1), in_flight = 0;

	while (i < requests || in_flight) {
		p.events = POLLIN | (i < requests && in_flight < depth ? POLLOUT : 0);
		if (poll(&p, 1, -1) < 0)
			die("poll: %s", strerror(errno));
		if (p.revents & ~(POLLIN | POLLOUT))
			die("poll: the device is gone");
		while (in_flight && get(p.fd))
			in_flight--;
		while (i < requests && in_flight < depth && put(p.fd, i)) {
			in_flight++;
			i = atomic_fetch_add(&shared->next, 1);
		}
	}
}

struct blocking_client {
	int fd;
	atomic_uint written;
	sem_t posted;		/* once for each request, and once at the end */
};

static void *blocking_writer(void *arg)
{
	struct blocking_client *c = arg;
	unsigned int i;

	while ((i = atomic_fetch_add(&shared->next, 1)) < requests) {
		put(c->fd, i);
		c->written++;
		sem_post(&c->posted);
	}
	sem_post(&c->posted);
	return NULL;
}

static void blocking_client(void)
{
	struct blocking_client c = { .fd = open_device(0) };
	unsigned int n;
	pthread_t writer;

	sem_init(&c.posted, 0, 0);
	if (pthread_create(&writer, NULL, blocking_writer, &c))
		die("no thread");
	for (n = 0; !sem_wait(&c.posted) && n < c.written; n++)
		get(c.fd);
	pthread_join(writer, NULL);
}

static pid_t start(void (*client)(void))
{
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid < 0)
		die("fork: %s", strerror(errno));
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		client();
		exit(0);
	}
	return pid;
}

static int victim_pipe[2];

static void victim(void)
{
	int fd = open_device(0), i;

	for (i = 0; i < VICTIM; i++)
		put(fd, 0);
	if (write(victim_pipe[1], "", 1) == 1)
		pause();
}

/* Kill a client that has written and not read. */
static void kill_one(void)
{
	pid_t pid;
	char c;

	if (pipe(victim_pipe))
		die("pipe: %s", strerror(errno));
	pid = start(victim);
	close(victim_pipe[1]);
	if (read(victim_pipe[0], &c, 1) != 1)
		die("the client that was to be killed has died by itself");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(victim_pipe[0]);
}

static void show_progress(double since, bool last)
{
	static unsigned int shown;
	unsigned int done = shared->right + shared->wrong, percent = done * 100ull / requests, i;
	double elapsed = now() - since;

	if (!isatty(1)) {
		if (percent / 10 != shown / 10 || (last && shown < 100))
			printf("  %3u %%  %7u of %u  %6.0f/s\n", percent, done, requests,
			       done / elapsed);
		shown = percent;
		fflush(stdout);
		return;
	}
	printf("\r  [");
	for (i = 0; i < 40; i++)
		putchar(i * 100 < percent * 40 ? '#' : '.');
	printf("] %3u %%  %u of %u  %.0f/s\033[K", percent, done, requests, done / elapsed);
	if (last)
		putchar('\n');
	fflush(stdout);
}

static void show_levels(const struct ksw_edu_stats *s)
{
	static const char * const name[KSW_EDU_ROUTINES] = {
		[KSW_EDU_ISR] = "interrupt handler",
		[KSW_EDU_DPC] = "its softirq (DPC)",
		[KSW_EDU_WATCHDOG] = "watchdog timer",
		[KSW_EDU_WORKER] = "counted worker",
		[KSW_EDU_RESET] = "reset (IO_WORKITEM)",
	};
	int i, j;

	printf("\n  %-22s%12s%12s%12s\n", "ran at level", "PASSIVE", "DISPATCH", "above");
	for (i = 0; i < KSW_EDU_ROUTINES; i++) {
		printf("  %-22s", name[i]);
		for (j = 0; j < KSW_EDU_LEVELS; j++) {
			if (s->ran[i][j])
				printf("%12" PRIu64, (uint64_t)s->ran[i][j]);
			else
				printf("%12s", "-");
		}
		putchar('\n');
	}
}

static int errors;

static void expect(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "edu_demo: FAILED: %s\n", what);
	errors++;
}

static void usage(void)
{
	fprintf(stderr,
		"Usage: edu_demo [-n REQUESTS] [-c CLIENTS] [-d DEPTH] [-f FAULTS] [-x COMMAND] [DEVICE]\n"
		"  -n  requests in all (%u)\n"
		"  -c  clients that share them (%u)\n"
		"  -d  requests in flight of a client that polls (%u); of others: %d\n"
		"  -f  times that the device is made to fail (%u)\n"
		"  -x  what the shell is to run when half of the requests are done\n",
		requests, clients, depth, KSW_EDU_MAX_IN_FLIGHT, faults);
	exit(2);
}

int main(int argc, char **argv)
{
	static const uint32_t fault[] = { KSW_EDU_LOSE_FACT, KSW_EDU_LOSE_DMA, KSW_EDU_SPOIL_DMA };
	unsigned int i, done, left, provoked = 0, last_done = 0;
	const struct timespec tick = { .tv_nsec = 100000000 };
	struct ksw_edu_stats before, s;
	sigset_t child;
	double begin, last_time;
	bool killed = false;
	int fd, opt, status;
	uint64_t *p, *q;

	while ((opt = getopt(argc, argv, "n:c:d:f:x:")) != -1) {
		switch (opt) {
		case 'n':
			requests = strtoul(optarg, NULL, 0);
			break;
		case 'c':
			clients = strtoul(optarg, NULL, 0);
			break;
		case 'd':
			depth = strtoul(optarg, NULL, 0);
			break;
		case 'f':
			faults = strtoul(optarg, NULL, 0);
			break;
		case 'x':
			at_half = optarg;
			break;
		default:
			usage();
		}
	}
	if (optind < argc)
		device = argv[optind++];
	if (optind < argc || !requests || !clients || !depth)
		usage();

	fd = open_device(0);
	before = get_stats(fd);
	shared = mmap(NULL, sizeof(*shared) + requests, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		die("mmap: %s", strerror(errno));

	printf("  %u requests from %u clients, half of them polling; %u faults on the way\n",
	       requests, clients, faults);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	begin = now();
	last_time = begin;
	for (i = 0; i < clients; i++)
		start(i & 1 ? blocking_client : polling_client);

	for (left = clients; left;) {
		while (left && waitpid(-1, &status, WNOHANG) > 0) {
			left--;
			expect(!status, "a client came to a bad end");
		}
		done = shared->right + shared->wrong;
		if (done != last_done)
			last_time = now();
		else if (now() - last_time > GIVE_UP_S)
			die("no result for %d seconds", GIVE_UP_S);
		last_done = done;
		show_progress(begin, !left);

		/* one fault after the other, spread over the run */
		s = get_stats(fd);
		if (provoked < faults && s.faults - before.faults == provoked &&
		    done >= (uint64_t)requests * (provoked + 1) / (faults + 1)) {
			if (ioctl(fd, KSW_EDU_FAULT, &fault[provoked % 3]))
				die("no fault: %s", strerror(errno));
			provoked++;
		}
		if (!killed && done >= requests / 4) {
			kill_one();
			killed = true;
		}
		if (at_half && done >= requests / 2) {
			expect(!system(at_half), at_half);
			at_half = NULL;
		}
		if (left)
			sigtimedwait(&child, NULL, &tick);
	}

	/* one more: what the killed client left with the device ends before it */
	atomic_store(&shared->seen[0], 0);
	put(fd, 0);
	get(fd);
	shared->right--;
	s = get_stats(fd);
	expect(!s.in_flight, "nothing is in flight any more");
	for (p = (uint64_t *)&s, q = (uint64_t *)&before; p < (uint64_t *)(&s + 1); p++, q++)
		*p -= *q;

	printf("\n  %-12s %u factorials right, %u wrong\n", "computed", shared->right,
	       shared->wrong);
	printf("  %-12s %" PRIu64 " round trips; %" PRIu64 " bytes came back and were compared\n",
	       "moved", (uint64_t)s.rounds, (uint64_t)s.checked);
	printf("  %-12s %" PRIu64 " provoked, %" PRIu64 " resets, %" PRIu64 " requests failed\n",
	       "faults", (uint64_t)s.faults, (uint64_t)s.resets, (uint64_t)s.failed);
	printf("  %-12s one client with %u requests in flight: %" PRIu64 " cancelled\n", "killed",
	       VICTIM, (uint64_t)s.cancelled);
	printf("  %-12s %" PRIu64 " tasks in %" PRIu64 " runs of the counted worker\n", "deferred",
	       (uint64_t)s.tasks, (uint64_t)s.ran[KSW_EDU_WORKER][KSW_EDU_PASSIVE]);
	show_levels(&s);

	for (i = 0; i < requests; i++)
		if (shared->seen[i] != 1)
			break;
	expect(i == requests, "each request has one result");
	expect(shared->right == requests && !shared->wrong, "each result is right");
	expect(s.done + s.cancelled >= requests + 1 + VICTIM * killed && !s.failed,
	       "the driver counts them all");
	expect(s.rounds && s.checked * 2 == s.bytes, "what went out came back");
	expect(s.faults == provoked && s.resets >= provoked, "each fault led to a reset");
	expect(!s.ran[KSW_EDU_WORKER][KSW_EDU_DISPATCH] && !s.ran[KSW_EDU_WORKER][KSW_EDU_ABOVE] &&
	       !s.ran[KSW_EDU_RESET][KSW_EDU_DISPATCH] && !s.ran[KSW_EDU_RESET][KSW_EDU_ABOVE],
	       "workers run at PASSIVE_LEVEL");
	expect(!s.ran[KSW_EDU_DPC][KSW_EDU_PASSIVE] && !s.ran[KSW_EDU_DPC][KSW_EDU_ABOVE] &&
	       !s.ran[KSW_EDU_WATCHDOG][KSW_EDU_PASSIVE] && !s.ran[KSW_EDU_WATCHDOG][KSW_EDU_ABOVE],
	       "softirqs run at DISPATCH_LEVEL");
	expect(!s.ran[KSW_EDU_ISR][KSW_EDU_PASSIVE],
	       "the interrupt handler does not run at PASSIVE_LEVEL");
	return errors ? 1 : 0;
}
