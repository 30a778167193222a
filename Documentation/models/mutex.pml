/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * mutex.pml - a fast mutex handed over, and freed by its last owner
 *
 * Three threads acquire it, two of them twice.  Whoever is the last to have it frees it
 * when it has released it, as the others may still be in their calls by which they
 * released it.  What waits in line is on the stack of who waits.
 *
 * Proven: one has it at a time; everybody gets it; neither it, with lockdep's map in it,
 * nor what waits in line is touched when it is gone.
 *
 * mutation TAKE_NOT_ATOMIC: the word is looked at, then written
 * mutation RELEASE_STORE: it is released by a store, whoever waits
 * mutation FLAG_NO_LOCK: who waits says so, then takes the lock
 * mutation FLAG_FREE: who waits says so though it is free by then
 * mutation LINE_LATE: the lock is released before it waits in line
 * mutation HAND_NO_FLAG: who is handed it does not know that more wait
 * mutation HAND_FREE: it is free, and who waited longest looks for itself
 * mutation WORD_LATE: who waits is let go, then the word is written
 * mutation TASK_LATE: it is let go, then its task is looked up
 * mutation OWNER_LATE: who releases clears the owner's field, and tells lockdep, afterwards
 */
#define THREADS		3
#define FREE		0		/* else 1 + the owner */

bool lock;
byte word = FREE;
bool waited;		/* KSW_WAITED, in the word */
chan line = [THREADS] of { byte };
bool granted[THREADS];
bool waiter_there[THREADS];
bool there = true;
byte inside;
byte left = 5;		/* acquisitions */
byte done;

#define LOCK(l)		atomic { !l -> l = true }
#define UNLOCK(l)	l = false

/* ksw_take_mutex() */
inline take(ok)
{
#ifdef TAKE_NOT_ATOMIC
	ok = word == FREE && !waited;
	if
	:: ok -> word = me + 1
	:: else
	fi
#else
	atomic {
		assert(there);
		ok = word == FREE && !waited;
		if
		:: ok -> word = me + 1
		:: else
		fi
	}
#endif
}

/* The compare-and-exchange by which ksw_wait_mutex() sets KSW_WAITED */
inline flag(ok)
{
	old = word;
	ok = waited;
	if
	:: ok
#ifndef FLAG_FREE
	:: !ok && old == FREE
#endif
	:: else ->
		atomic {
			assert(there);
			ok = word == old;
			if
			:: ok -> waited = true
			:: else
			fi
		}
	fi
}

/* ksw_wait_mutex() */
inline wait()
{
	waiter_there[me] = true;
	granted[me] = false;
#ifdef FLAG_NO_LOCK
	do
	:: take(got);
		if
		:: got -> break
		:: else -> flag(flagged)
		fi;
		if
		:: flagged -> break
		:: else
		fi
	od;
	LOCK(lock);
#else
	LOCK(lock);
	do
	:: take(got);
		if
		:: got -> break
		:: else -> flag(flagged)
		fi;
		if
		:: flagged -> break
		:: else
		fi
	od;
#endif
	if
	:: got -> UNLOCK(lock)
	:: else ->
#ifdef LINE_LATE
		UNLOCK(lock);
		line!me;
#else
		line!me;
		UNLOCK(lock);
#endif
		granted[me];			/* ksw_await() */
#ifdef HAND_FREE
		take(got)
#else
		skip
#endif
	fi;
	waiter_there[me] = false
}

/* ksw_grant() */
inline grant()
{
	atomic { assert(waiter_there[first]); granted[first] = true };
#ifdef TASK_LATE
	assert(waiter_there[first])
#endif
}

/* ksw_hand_mutex() */
inline hand()
{
	LOCK(lock);
	if
	:: line?first ->
#ifdef WORD_LATE
		grant();
#endif
		atomic {
			assert(there);
#ifdef HAND_FREE
			word = FREE;
#else
			word = first + 1;
#endif
#ifdef HAND_NO_FLAG
			waited = false
#else
			waited = nempty(line)
#endif
		};
#ifndef WORD_LATE
		grant()
#else
		skip
#endif
	:: empty(line) -> atomic { assert(there); word = FREE; waited = false }
	fi;
	UNLOCK(lock)
}

proctype thread(byte me; byte n)
{
	bool got, flagged, last;
	byte old, first;

	do
	:: n > 0 ->
		n--;
		take(got);
		if
		:: got
		:: else -> wait()
		fi;
		atomic { inside++; assert(inside == 1 && word == me + 1) };
		assert(there);			/* ksw_own_mutex() */
		left--;
		last = left == 0;
		inside--;
#ifndef OWNER_LATE
		assert(there);			/* mutex_release(), and the owner's field */
#endif
		atomic {
			assert(there);
#ifdef RELEASE_STORE
			got = true;
#else
			got = !waited;
#endif
			if
			:: got -> word = FREE; waited = false
			:: else
			fi
		};
		if
		:: got
		:: else -> hand()
		fi;
#ifdef OWNER_LATE
		assert(there);
#endif
		if
		:: last -> there = false
		:: else
		fi
	:: else -> break
	od;
	done++
}

init
{
	atomic {
		run thread(0, 2);
		run thread(1, 2);
		run thread(2, 1)
	};
	done == THREADS;
	assert(!there && word == FREE && !waited && empty(line))
}
