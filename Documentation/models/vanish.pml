/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vanish.pml - an event in the waiter's stack frame against KeSetEvent()
 *
 * A thread sets an event up, hands it to another, waits for it once or, where it
 * is set by then, not at all, and lets it vanish together with the wait's entry.
 * The other sets it, and somebody may wait for all of several objects in the same
 * bucket meanwhile, so that ksw_all_lock is needed, or not any more.  The task may
 * be woken by anything at any time.
 *
 * Proven: the event is touched neither before it is there nor when it is gone,
 * and so the entry; the wait ends.
 *
 * mutation END_NO_LOCK: a waiter that sees that it has won dequeues without the lock
 * mutation LOCK_IN_EVENT: the lock is in the event, and releasing it is more than one store
 * mutation SET_BEFORE_CHANGE: the event is set before ksw_all_lock is taken, and looked at after
 * mutation WAKE_BEFORE_LOOK: the entry is looked at once more when the lock is released
 * mutation NO_CLAIM: who finds the entry wakes its task, and the task does not see for what
 */
bool all_lock, lock;
bool there;		/* the event's memory */
bool entry_there;	/* the wait's */
bool queued;		/* the entry is in the bucket */
bool state;
bool won;
bool awake;
bool nr_all;		/* somebody else waits for all */
bool handed;		/* the other knows the event's address */
byte done;

#define LOCK(l)		atomic { !l -> l = true }
#define UNLOCK(l)	l = false

proctype waiter()
{
	there = true;
	state = false;
	entry_there = true;
	handed = true;
	LOCK(lock);
	if
	:: state ->
		state = false;
		UNLOCK(lock);
		goto gone
	:: else ->
		queued = true
	fi;
	UNLOCK(lock);
	do				/* ksw_sleep() */
#ifdef NO_CLAIM
	:: awake -> break
#else
	:: won -> break
#endif
	:: awake -> awake = false	/* by something else */
	od;
#ifndef END_NO_LOCK
	LOCK(lock);
#endif
	queued = false;
#ifndef END_NO_LOCK
	UNLOCK(lock);
#endif
#ifdef NO_CLAIM
	assert(won);
#endif
gone:
	atomic { entry_there = false; there = false };
	done++
}

proctype setter()
{
	bool all;

	handed;
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
	assert(there);
	state = true;
	if
	:: queued ->			/* ksw_satisfy() */
		assert(entry_there);
		won = true;
		assert(there);
		state = false;
		assert(entry_there);
		awake = true;
		assert(entry_there);
		queued = false
	:: else
	fi;
	UNLOCK(lock);
#ifdef LOCK_IN_EVENT
	assert(there);
#endif
#ifdef WAKE_BEFORE_LOOK
	assert(entry_there || !won);
#endif
	if
	:: all -> UNLOCK(all_lock)
	:: else
	fi;
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
	:: awake = true
	:: true
	fi;
	done++
}

init
{
	atomic {
		run waiter();
		run setter();
		run other();
		run waker()
	};
	done == 4;
	assert(!there && !queued && !lock && !all_lock)
}
