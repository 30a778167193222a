/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * looking.pml - a wait for either of two objects, and those who look at the objects
 *
 * A thread waits for either of two synchronisation events, each in a bucket of its own,
 * without end or until it times out, at any time; meanwhile it looks twice at the second,
 * as a wait for mutexes does to find owners that ended, and another thread, which ends,
 * goes through the waits of that bucket.  Two CPUs set the events, or one of them one.
 * As soon as the wait is satisfied with one event the other may vanish, though its entry
 * is queued still: whoever saw the wait satisfied may free it.
 * What is under a lock is as many steps as it has in the code.
 *
 * Proven: nobody looks at an event that has vanished, or follows an entry whose wait has
 * returned; of the signals and the time-out exactly one wins, and what did not win stays
 * signalled; the wait does not return undecided; nobody waits for ever for who looks.
 *
 * mutation BEGIN_NO_CLAIM: the wait looks at its second object without claiming itself
 * mutation DEAD_NO_CLAIM: so does a wait that looks for dead owners
 * mutation END_NO_CLAIM: so does a thread that ends, with others' waits
 * mutation END_NO_LOCK: a thread that ends does not lock the bucket
 * mutation LOOK_LATE: the wait is pending again, then the object is looked at
 * mutation NO_SPIN: who signals takes a wait that is looked at for one that is decided
 * mutation TIMEOUT_NO_SPIN: the time-out takes it for a satisfied one
 * mutation LOOKING_DECIDES: so does the waiter when it is woken
 * mutation CLAIM_NOT_ATOMIC: the wait is looked at, then claimed
 * mutation SPIN_BY_BOTH: who looks holds the other bucket's lock too
 */
#define PENDING		0
#define TAKING		1
#define LOOKING		2
#define TIMED_OUT	3
#define WON		4	/* and 5 for the second object */

bool lock[2];
bool state[2];
bool there[2] = true;	/* the events' memory */
bool in[2];		/* the entries are in the buckets */
bool wait_there = true;	/* the wait's memory, with its entries */
byte won;		/* ksw_waiter.won */
bool taken[2];
byte done;

#define LOCK(l)		atomic { !l -> l = true }
#define UNLOCK(l)	l = false

/* ksw_claim(), which spins while somebody looks */
inline claim(to, ok, spin)
{
#ifdef CLAIM_NOT_ATOMIC
	won != LOOKING || !spin;
	ok = won == PENDING;
	if
	:: ok -> won = to
	:: else
	fi
#else
	atomic {
		won != LOOKING || !spin;
		ok = won == PENDING;
		if
		:: ok -> won = to
		:: else
		fi
	}
#endif
}

#ifdef NO_SPIN
#define SIGNAL_SPINS	false
#else
#define SIGNAL_SPINS	true
#endif
#ifdef TIMEOUT_NO_SPIN
#define TIMEOUT_SPINS	false
#else
#define TIMEOUT_SPINS	true
#endif

/* Look at the second event for the wait, which somebody else may satisfy meanwhile. */
inline look(ok)
{
	claim(LOOKING, ok, true);
	if
	:: ok ->
#ifdef SPIN_BY_BOTH
		LOCK(lock[0]);
		UNLOCK(lock[0]);
#endif
#ifdef LOOK_LATE
		won = PENDING;
		assert(there[1])
#else
		assert(there[1]);
		won = PENDING
#endif
	:: else
	fi
}

/* KeSetEvent(): ksw_satisfy() */
proctype signaller(byte x)
{
	bool ok;

	LOCK(lock[x]);
	state[x] = true;
	if
	:: in[x] ->
		assert(wait_there);
		in[x] = false;
		claim(TAKING, ok, SIGNAL_SPINS);
		if
		:: ok ->
			assert(there[x]);
			state[x] = false;
			taken[x] = true;
			won = WON + x
		:: else
		fi
	:: else
	fi;
	UNLOCK(lock[x]);
	done++
}

/* Whoever sees that the wait was satisfied with the one may free the other. */
proctype freer()
{
	if
	:: won == WON -> there[1] = false
	:: won == WON + 1 -> there[0] = false
	:: won == TIMED_OUT
	fi;
	done++
}

/* ksw_abandon_mutexes(): a thread that ends goes through the second bucket */
proctype ender()
{
	bool ok;

#ifndef END_NO_LOCK
	LOCK(lock[1]);
#endif
	if
	:: in[1] ->
		assert(wait_there);
#ifdef END_NO_CLAIM
		assert(there[1]);
#else
		look(ok);
#endif
	:: else
	fi;
#ifndef END_NO_LOCK
	UNLOCK(lock[1]);
#endif
	done++
}

/* ksw_begin_any(), ksw_sleep(), ksw_dequeue_all() */
proctype waiter()
{
	bool ok, timed;
	byte looks = 2;

	if
	:: timed = true
	:: timed = false	/* it waits without end */
	fi;

	LOCK(lock[0]);
	if
	:: state[0] ->
		state[0] = false;
		taken[0] = true;
		won = WON
	:: else -> in[0] = true
	fi;
	UNLOCK(lock[0]);
	if
	:: taken[0] && won == WON && !in[0] -> goto dequeue
	:: else
	fi;

	LOCK(lock[1]);
#ifdef BEGIN_NO_CLAIM
	ok = won == PENDING;
#else
	claim(LOOKING, ok, true);
#endif
	if
	:: ok ->
		assert(there[1]);
		if
		:: state[1] ->
			state[1] = false;
			taken[1] = true;
			won = WON + 1
		:: else ->
			in[1] = true;
			won = PENDING
		fi
	:: else
	fi;
	UNLOCK(lock[1]);

	do
	:: won >= TIMED_OUT -> break
#ifdef LOOKING_DECIDES
	:: won == LOOKING -> break
#endif
	:: won < TIMED_OUT && looks > 0 ->	/* ksw_find_dead() */
		looks--;
		LOCK(lock[1]);
#ifdef DEAD_NO_CLAIM
		if
		:: won < TIMED_OUT -> assert(there[1])
		:: else
		fi;
#else
		look(ok);
#endif
		UNLOCK(lock[1])
	:: won < TIMED_OUT && timed ->
		claim(TIMED_OUT, ok, TIMEOUT_SPINS);
		if
		:: ok
		:: !ok -> won != TAKING; break
		fi
	od;

dequeue:
	assert(won >= TIMED_OUT);
	LOCK(lock[0]);
	in[0] = false;
	UNLOCK(lock[0]);
	LOCK(lock[1]);
	in[1] = false;
	UNLOCK(lock[1]);
	wait_there = false;
	done++
}

init
{
	byte first;	/* whose signal there is; 2: both */

	select (first : 0 .. 2);
	atomic {
		if
		:: first == 0 -> run signaller(0); done = 1
		:: first == 1 -> run signaller(1); done = 1
		:: else -> run signaller(0); run signaller(1)
		fi;
		run ender();
		run freer();
		run waiter()
	};
	done == 5;
	assert(taken[0] + taken[1] == (won == TIMED_OUT -> 0 : 1));
	assert(taken[0] == (won == WON) && taken[1] == (won == WON + 1));
	assert(first == 1 || state[0] != taken[0]);
	assert(first == 0 || state[1] != taken[1])
}
