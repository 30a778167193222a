/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vanish.pml - an event in the waiter's stack frame against who sets or pulses it
 *
 * A thread sets an event of either kind up, hands it to another, waits for it once
 * or, where it is set by then, not at all, and lets it vanish together with the wait
 * and its entry; then it ends.  The other sets it, or pulses it.  The wait may time
 * out, as it must be able to where it may miss a pulse; then the event stays until
 * the other has returned, and the wait does not.  Somebody may wait for all of several
 * objects in the same bucket meanwhile, so that ksw_all_lock is needed, or not any
 * more.  The task may be woken by anything at any time.
 *
 * Proven: the event is touched neither before it is there nor when it is gone, and so
 * the wait, its entry and its task; of the signal and the time-out exactly one wins,
 * and the wait tells which; it ends.
 *
 * mutation WON_BEFORE_TAKEN: the wait is said to be satisfied, then the event is taken
 * mutation CLAIM_IS_WON: the claim says so already
 * mutation DEQUEUE_LATE: it is, then its entry is dequeued
 * mutation TASK_LATE: it is, then its task is looked up
 * mutation WAKE_FIRST: its task is woken, then it is
 * mutation TASK_NO_RCU: the task's memory goes with the task
 * mutation TIMEOUT_NO_CLAIM: the time-out looks at the wait, then wins
 * mutation TIMEOUT_NO_LOCK: a wait that has timed out returns without the lock
 * mutation PULSE_NO_LOCKS: who pulses lets its waiter return without the lock
 * mutation LOCKS_LATE: who pulses says that it may not when it is satisfied
 * mutation NO_LOOK: a task that is woken takes that for the signal
 * mutation LOCK_IN_EVENT: the lock is in the event, and releasing it is more than one store
 * mutation SET_BEFORE_CHANGE: the event is set before ksw_all_lock is taken, and looked at after
 */
#define PENDING		0
#define TAKING		1
#define TIMED_OUT	2
#define WON		3

bool all_lock, lock;
bool there;		/* the event's memory */
bool entry_there;	/* the wait's, with its entry */
bool task_there = true;
bool rcu;		/* the other has interrupts off */
bool queued;		/* the entry is in the bucket */
bool state;
bool locks;		/* ksw_waiter.locks */
byte won;		/* ksw_waiter.won */
bool idle;		/* the task sleeps unless it is woken */
bool nr_all;		/* somebody else waits for all */
bool handed;		/* the other knows the event's address */
bool returned;		/* it is done with it */
bool taken;
bool sync, pulse, timed;
byte done;

#define LOCK(l)		atomic { !l -> l = true }
#define UNLOCK(l)	l = false

proctype waiter()
{
	byte status;

	there = true;
	state = false;
	entry_there = true;
	handed = true;
	LOCK(lock);			/* ksw_begin_any() */
	if
	:: state ->
		taken = true;
		if
		:: sync -> state = false
		:: else
		fi;
		won = WON;
		UNLOCK(lock);
		goto gone
	:: else ->
		queued = true
	fi;
	UNLOCK(lock);
	do				/* ksw_sleep() */
	:: idle = true;
		if
		:: won == TIMED_OUT || won == WON -> break
		:: else ->
			if
			:: !idle
#ifdef NO_LOOK
				-> break
#endif
			:: timed ->
#ifdef TIMEOUT_NO_CLAIM
				if
				:: won == PENDING -> won = TIMED_OUT
				:: else
				fi
#else
				atomic {
					if
					:: won == PENDING -> won = TIMED_OUT
					:: else
					fi
				}
#endif
			fi
		fi
	od;
	if
#ifndef TIMEOUT_NO_LOCK
	:: won == TIMED_OUT || locks ->
#else
	:: locks ->
#endif
		LOCK(lock);
		queued = false;
		UNLOCK(lock)
	:: else
	fi;
gone:
	status = won;
	assert(status == TIMED_OUT || status == WON);
	assert(taken == (status == WON));
	entry_there = false;
	if
	:: status == WON
	:: else -> returned
	fi;
	there = false;
	/* it ends */
#ifndef TASK_NO_RCU
	!rcu;
#endif
	task_there = false;
	done++
}

inline wake()
{
	assert(task_there);
	idle = false
}

/* KeSetEvent(), KePulseEvent() */
proctype setter()
{
	bool all, ok;

	handed;
	rcu = true;
	LOCK(lock);
	all = nr_all;
	if
	:: all ->			/* ksw_lock_beside() */
#ifdef SET_BEFORE_CHANGE
		assert(there);
		state = true;
#endif
		UNLOCK(lock);
		LOCK(all_lock);
		LOCK(lock)
	:: else
	fi;
#if !defined(PULSE_NO_LOCKS) && !defined(LOCKS_LATE)
	if
	:: pulse && queued -> atomic { assert(entry_there); locks = true }
	:: else
	fi;
#endif
	assert(there);
	state = true;
	if
	:: queued ->			/* ksw_satisfy() */
#ifndef DEQUEUE_LATE
		atomic { assert(entry_there); queued = false };
#endif
		atomic {
			assert(entry_there);
			ok = won == PENDING;
			if
#ifdef CLAIM_IS_WON
			:: ok -> won = WON
#else
			:: ok -> won = TAKING
#endif
			:: else
			fi
		};
		if
		:: ok ->
#ifdef WAKE_FIRST
			wake();
#endif
#ifdef WON_BEFORE_TAKEN
			atomic { assert(entry_there); won = WON };
#endif
			atomic {	/* ksw_take() */
				assert(there);
				taken = true;
				if
				:: sync -> state = false
				:: else
				fi
			};
#ifndef TASK_LATE
			assert(entry_there);
#endif
#if !defined(WON_BEFORE_TAKEN) && !defined(CLAIM_IS_WON)
			atomic { assert(entry_there); won = WON };
#endif
#ifdef TASK_LATE
			assert(entry_there);
#endif
#ifdef LOCKS_LATE
			if
			:: pulse -> locks = true
			:: else
			fi;
#endif
#ifndef WAKE_FIRST
			wake()
#else
			skip
#endif
		:: else
		fi;
#ifdef DEQUEUE_LATE
		atomic { assert(entry_there); queued = false }
#else
		skip
#endif
	:: else
	fi;
	if
	:: pulse -> atomic { assert(there); state = false }
	:: else
	fi;
	UNLOCK(lock);
#ifdef LOCK_IN_EVENT
	assert(there);
#endif
	if
	:: all -> UNLOCK(all_lock)
	:: else
	fi;
	rcu = false;
	returned = true;
	done++
}

/* Another wait, for all of several objects of the same bucket */
proctype other()
{
	LOCK(all_lock);
	LOCK(lock);
	nr_all = true;
	UNLOCK(lock);
	UNLOCK(all_lock);
	LOCK(lock);
	nr_all = false;
	UNLOCK(lock);
	done++
}

/* Whatever else wakes tasks */
proctype waker()
{
	if
	:: idle = false
	:: true
	fi;
	done++
}

init
{
	if
	:: sync = true
	:: true
	fi;
	if
	:: pulse = true; timed = true
	:: timed = true
	:: true
	fi;
	atomic {
		run waiter();
		run setter();
		run other();
		run waker()
	};
	done == 4;
	assert(!there && !queued && !lock && !all_lock)
}
