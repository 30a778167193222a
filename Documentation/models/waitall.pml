/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * waitall.pml - a wait for all of two objects against signals and other waits
 *
 * Two semaphores, each in a bucket of its own.  One thread waits for both at
 * once, another for either and a third for one alone; these may time out at any
 * time, before, while or after they are satisfied, and their entries go when they
 * return.  Two CPUs signal the semaphores, as often as is enough for all.
 * What is under a lock is as many steps as it has in the code, since another lock
 * may be what somebody holds.
 *
 * Proven: no signal is lost and none satisfies two; the wait for all takes both
 * objects or none, and never one while the other is missing; of a signal and a
 * time-out exactly one wins; nobody sleeps on what is signalled; no entry is touched
 * when its wait has returned; who signals is told the state that it changed.
 *
 * mutation SIGNAL_NO_ALL: who signals does not regard that somebody waits for all
 * mutation LOOK_BEFORE_LOCK: whether somebody waits for all is looked up without the lock
 * mutation TOLD_BEFORE_CHANGE: who signals is told the state before it takes ksw_all_lock
 * mutation ALL_ONE_BY_ONE: who satisfies a wait for all does not lock the other bucket
 * mutation BEGIN_ONE_BY_ONE: the wait for all looks at one object after the other
 * mutation CLAIM_NOT_ATOMIC: the wait is looked at, then claimed
 * mutation ENQUEUE_LATE: the lock is released between looking and waiting in line
 * mutation TAKE_FIRST: the object is taken, then the wait claimed
 * mutation ANY_NO_LOCK: a wait for either that is satisfied returns without a lock
 * mutation ALL_NO_LOCK: so does the wait for all
 * mutation ONE_STAYS: who satisfies a wait for one leaves its entry in line
 */
#define PENDING		0
#define WON		1
#define TIMED_OUT	2
#define TAKING		3

bool all_lock;
bool lock[2];
byte state[2];		/* the semaphores' counts */
byte nr_all[2];		/* entries of the wait for all in the bucket */
bool any_in[2];		/* entries of the wait for either */
bool one_in;		/* the entry of the wait for one, object 0 */
bool all_there = true, any_there = true, one_there = true;
byte won_all, won_any, won_one;	/* ksw_waiter.won */
byte taken[2];
byte signals[2];
byte done;

#define LOCK(l)		atomic { !l -> l = true }
#define UNLOCK(l)	l = false

/* ksw_claim() */
inline claim(won, to, ok)
{
#ifdef CLAIM_NOT_ATOMIC
	ok = won == PENDING;
	if
	:: ok -> won = to
	:: else
	fi
#else
	atomic {
		ok = won == PENDING;
		if
		:: ok -> won = to
		:: else
		fi
	}
#endif
}

inline take(x)
{
	assert(state[x] > 0);
	state[x]--;
	taken[x]++
}

/* ksw_try_all(): @x's bucket is locked, and ksw_all_lock */
inline try_all(x)
{
#ifndef ALL_ONE_BY_ONE
	LOCK(lock[1 - x]);
#endif
	assert(all_there);
	if
	:: state[0] > 0 && state[1] > 0 ->
		claim(won_all, WON, ok);
		if
		:: ok -> take(0); take(1)
		:: else
		fi
	:: else
	fi;
#ifndef ALL_ONE_BY_ONE
	UNLOCK(lock[1 - x])
#else
	skip
#endif
}

/* Satisfy a wait for any. */
inline satisfy_any(x, in, won, there)
{
	assert(there);
#ifndef ONE_STAYS
	in = false;
#endif
#ifdef TAKE_FIRST
	take(x);
	claim(won, TAKING, ok);
#else
	claim(won, TAKING, ok);
	if
	:: ok -> take(x)
	:: else
	fi;
#endif
	if
	:: ok -> atomic { assert(there); won = WON }
	:: else
	fi
}

/* ksw_satisfy(), the entries in any order */
inline satisfy(x)
{
	do
	:: all && nr_all[x] > 0 && state[x] > 0 && !tried -> tried = true; try_all(x)
	:: any_in[x] && state[x] > 0 -> satisfy_any(x, any_in[x], won_any, any_there)
	:: x == 0 && one_in && state[x] > 0 -> satisfy_any(x, one_in, won_one, one_there)
	:: else -> break
	od;
	tried = false
}

/* KeReleaseSemaphore() */
proctype signaller(byte x; byte n)
{
	bool all, ok, tried;
	byte old;

	do
	:: n > 0 ->
		n--;
#ifdef LOOK_BEFORE_LOCK
		all = nr_all[x] > 0;
#endif
		LOCK(lock[x]);
#ifndef LOOK_BEFORE_LOCK
		all = nr_all[x] > 0;
#endif
#ifdef SIGNAL_NO_ALL
		all = false;
#endif
#ifdef TOLD_BEFORE_CHANGE
		old = state[x];
#endif
		if
		:: all ->		/* ksw_lock_beside() */
			UNLOCK(lock[x]);
			LOCK(all_lock);
			LOCK(lock[x])
		:: else
		fi;
#ifndef TOLD_BEFORE_CHANGE
		old = state[x];
#endif
		assert(old == state[x]);
		old = 0;
		state[x]++;
		signals[x]++;
		satisfy(x);
		UNLOCK(lock[x]);
		if
		:: all -> UNLOCK(all_lock)
		:: else
		fi
	:: else -> break
	od;
	done++
}

/* ksw_begin_all(), ksw_sleep(), ksw_dequeue_all() */
proctype waiter_all()
{
	LOCK(all_lock);
	LOCK(lock[0]);
#ifdef BEGIN_ONE_BY_ONE
	if
	:: state[0] > 0 ->
		UNLOCK(lock[0]);
		LOCK(lock[1]);
		if
		:: state[1] > 0 ->
			UNLOCK(lock[1]);
			LOCK(lock[0]);
			LOCK(lock[1]);
			take(0); take(1);
			won_all = WON
		:: else ->
			UNLOCK(lock[1]);
			LOCK(lock[0]);
			LOCK(lock[1]);
			nr_all[0]++; nr_all[1]++
		fi
	:: else ->
		LOCK(lock[1]);
		nr_all[0]++; nr_all[1]++
	fi;
#else
	LOCK(lock[1]);
	if
	:: state[0] > 0 && state[1] > 0 ->
		take(0); take(1);
		won_all = WON
	:: else ->
#ifdef ENQUEUE_LATE
		UNLOCK(lock[0]); UNLOCK(lock[1]);
		LOCK(lock[0]); LOCK(lock[1]);
#endif
		nr_all[0]++; nr_all[1]++
	fi;
#endif
	UNLOCK(lock[0]);
	UNLOCK(lock[1]);
	UNLOCK(all_lock);
	won_all != PENDING;		/* it sleeps */
#ifndef ALL_NO_LOCK
	LOCK(lock[0]);
	nr_all[0] = 0;
	UNLOCK(lock[0]);
	LOCK(lock[1]);
	nr_all[1] = 0;
	UNLOCK(lock[1]);
#endif
	all_there = false;
	done++
}

/* ksw_begin_any() */
inline begin_any(x, in, won)
{
	LOCK(lock[x]);
	if
	:: state[x] > 0 ->
		claim(won, WON, ok);
		if
		:: ok -> take(x)
		:: else
		fi
	:: else ->
#ifdef ENQUEUE_LATE
		UNLOCK(lock[x]);
		LOCK(lock[x]);
#endif
		in = true
	fi;
	UNLOCK(lock[x])
}

inline sleep(won)
{
	if
	:: won == WON
	:: claim(won, TIMED_OUT, ok); won == WON || won == TIMED_OUT
	fi
}

/* For object 0 alone or for both */
proctype waiter_any()
{
	bool ok;
	byte x;

	do
	:: x < 2 && won_any == PENDING ->
		begin_any(x, any_in[x], won_any);
		x++
	:: else -> break
	od;
	sleep(won_any);
	x = 0;
	do
#ifdef ANY_NO_LOCK
	:: x < 2 && won_any == TIMED_OUT ->
#else
	:: x < 2 ->
#endif
		LOCK(lock[x]);
		any_in[x] = false;
		UNLOCK(lock[x]);
		x++
	:: else -> break
	od;
	any_there = false;
	done++
}

/* For object 0: KeWaitForSingleObject() */
proctype waiter_one()
{
	bool ok;

	begin_any(0, one_in, won_one);
	sleep(won_one);
	if
	:: won_one == TIMED_OUT ->
		LOCK(lock[0]);
		one_in = false;
		UNLOCK(lock[0])
	:: else
	fi;
	one_there = false;
	done++
}

init
{
	atomic {
		run signaller(0, 3);
		run signaller(1, 2);
		run waiter_all();
		run waiter_any();
		run waiter_one()
	};
	done == 5;
	assert(won_all == WON);
	assert(state[0] + taken[0] == signals[0]);
	assert(state[1] + taken[1] == signals[1]);
	assert(taken[0] + taken[1] == 2 + (won_any == WON -> 1 : 0) +
	       (won_one == WON -> 1 : 0))
}
