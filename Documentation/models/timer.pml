/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * timer.pml - a timer cancelled while it fires, and its memory freed
 *
 * A driver sets a timer with a DPC, three times, each time in memory of its own and
 * on either CPU.  It cancels it at any time; where that tells it that the timer was due
 * already it waits for DPCs; then the memory is gone.  Or it waits for the timer, and
 * for DPCs when that has returned, without the lock; or it leaves the memory to the DPC,
 * which may run on another CPU than the timer.  Two shadows are there, so that one is
 * used again whose function still is on its way out; each function has a CPU, and a CPU
 * keeps one free shadow as its own.
 *
 * Proven: the timer's memory, and its DPC's, are not touched once they are gone;
 * each time it is either due or cancelled, as the driver was told; its DPC is queued
 * when the wait has returned; each shadow is given back exactly once and stands for one
 * timer at most.
 *
 * mutation FIRE_NO_LOCK: the shadow's function looks for its timer without the lock
 * mutation PUT_ALWAYS: a shadow is given back though its function has begun
 * mutation PUT_NEVER: it is not where its function finds that it was cancelled
 * mutation INSERT_LATE: the DPC is queued when the lock is released
 * mutation KEEPS_TIMER: who cancels too late leaves the shadow its timer
 * mutation KEEPS_SET: a timer that is due still says that it is set
 * mutation SET_LATE: it says that it is not when it has been signalled
 * mutation INSERT_AFTER: the DPC is queued when the wait is satisfied
 * mutation OWN_OVER: a shadow that is given back takes the place of the CPU's own
 * mutation OWN_KEPT: the CPU's own is handed out, and stays there
 * mutation NO_FLUSH: the driver does not wait for DPCs where it was due already
 */
bool lock;
byte set;		/* 1 + the shadow */
bool timer[2];		/* the shadow's timer */
bool armed[2], running[2], free[2];
byte own[2];		/* 1 + the shadow that is a CPU's own */
bool there;
bool dpc;
bool frees;		/* the DPC frees them */
bool signalled;
bool waits, won;	/* the driver's wait is in line; is satisfied */
byte times, due, ran, cancelled;
bool closed;

#define LOCK(l)		atomic { !l -> l = true }
#define UNLOCK(l)	l = false

/* ksw_put_timer(), with interrupts off */
inline put(shadow, at)
{
	atomic {
		assert(!free[shadow] && own[0] != shadow + 1 && own[1] != shadow + 1);
		if
#ifdef OWN_OVER
		:: own[at] = shadow + 1
#else
		:: own[at] == 0 -> own[at] = shadow + 1
		:: else -> free[shadow] = true
#endif
		fi
	}
}

/* ksw_get_timer(), with interrupts off */
inline get(shadow, at)
{
	atomic {
		if
		:: own[at] > 0 ->
			shadow = own[at] - 1;
#ifndef OWN_KEPT
			own[at] = 0
#endif
		:: else ->
			if
			:: free[0] -> free[0] = false; shadow = 0
			:: free[1] -> free[1] = false; shadow = 1
			:: else -> shadow = 2		/* then it is starved */
			fi
		fi
	}
}

inline insert()
{
	atomic { assert(there && !dpc); dpc = true }
}

/* ksw_satisfy(): the timer is touched where somebody waits for it */
inline satisfy()
{
	if
	:: waits -> waits = false; assert(there); won = true	/* may be gone */
	:: else
	fi
}

/* hrtimers, and ksw_timer_fire() */
proctype hrtimer(byte i)
{
	bool found;

end:	do
	:: atomic { armed[i] && !running[i] -> armed[i] = false; running[i] = true };
#ifdef FIRE_NO_LOCK
		found = timer[i];
#endif
		LOCK(lock);
#ifndef FIRE_NO_LOCK
		found = timer[i];
#endif
		if
		:: found ->
			atomic { assert(there && set == i + 1); signalled = true };
			due++;
#if !defined(KEEPS_SET) && !defined(SET_LATE)
			set = 0;
#endif
#ifdef INSERT_AFTER
			satisfy();
#endif
#ifndef INSERT_LATE
			insert();
#endif
#ifndef INSERT_AFTER
			satisfy();
#endif
#ifdef SET_LATE
			atomic { assert(there); set = 0 };
#endif
			timer[i] = false;
			put(i, i)
		:: else ->
#ifndef PUT_NEVER
			put(i, i)
#else
			skip
#endif
		fi;
		UNLOCK(lock);
#ifdef INSERT_LATE
		if
		:: found -> insert()
		:: else
		fi;
#endif
		found = false;
		running[i] = false
	:: atomic { closed && !armed[i] -> break }
	od
}

/* ksw_disarm(), ksw_detach() */
inline cancel(was, here)
{
	LOCK(lock);
	was = set > 0;
	if
	:: was ->
		i = set - 1;
		assert(there);
		set = 0;
#ifndef KEEPS_TIMER
		timer[i] = false;
#endif
		atomic {		/* hrtimer_try_to_cancel() */
			begun = running[i];
			if
			:: !begun -> armed[i] = false
			:: else
			fi
		};
#ifdef PUT_ALWAYS
		put(i, here)
#else
		if
		:: !begun -> timer[i] = false; put(i, here)
		:: else
		fi
#endif
	:: else
	fi;
	UNLOCK(lock)
}

/* Wait for it, without end */
inline wait()
{
	LOCK(lock);
	if
	:: signalled -> UNLOCK(lock)
	:: else ->
		waits = true;
		UNLOCK(lock);
		won;			/* and no lock */
		won = false
	fi
}

inline flush()
{
#ifndef NO_FLUSH
	!dpc
#else
	skip
#endif
}

proctype driver()
{
	bool was, begun;
	byte i, cpu;

	do
	:: times < 3 ->
		if
		:: cpu = 0
		:: cpu = 1
		fi;
		there = true;
		LOCK(lock);
		get(i, cpu);
		if
		:: i < 2 ->
			assert(!timer[i]);
			if
			:: frees = true
			:: true
			fi;
			signalled = false;
			timer[i] = true;
			set = i + 1;
			times++;
			armed[i] = true
		:: else
		fi;
		UNLOCK(lock);
		if
		:: i < 2 && frees ->
			!there
		:: i < 2 && !frees ->
			cancel(was, cpu);
			if
			:: was -> cancelled++
			:: else -> flush()
			fi
		:: i < 2 && !frees ->
			wait();
			flush();
			assert(ran == times - cancelled)
		:: else
		fi;
		frees = false;
		there = false
	:: else -> break
	od;
	closed = true
}

/* Its DPC, which touches the timer */
proctype dpcs()
{
	do
	:: dpc ->
		assert(there);
		ran++;
		if
		:: frees -> atomic { there = false; dpc = false }
		:: else -> dpc = false
		fi
	:: closed && !dpc -> break
	od
}

init
{
	atomic {
		free[0] = true;
		free[1] = true;
		run hrtimer(0);
		run hrtimer(1);
		run driver();
		run dpcs()
	};
	closed && !armed[0] && !armed[1] && !running[0] && !running[1] && !dpc;
	assert(due + cancelled == times && ran == due);
	assert(free[0] || own[0] == 1 || own[1] == 1);
	assert(free[1] || own[0] == 2 || own[1] == 2);
	assert(set == 0)
}
