/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * timer.pml - a timer cancelled while it fires, and its memory freed
 *
 * A driver sets a timer with a DPC, three times, each time in memory of its own.
 * It cancels it at any time; where that tells it that the timer was due already
 * it waits for DPCs; then the memory is gone.  Two shadows are there, so that one
 * is used again whose function still is on its way out.
 *
 * Proven: the timer's memory, and its DPC's, are not touched once they are gone;
 * each time it is either due or cancelled, as the driver was told; each shadow is
 * given back exactly once and stands for one timer at most.
 *
 * mutation FIRE_NO_LOCK: the shadow's function looks for its timer without the lock
 * mutation PUT_ALWAYS: a shadow is given back though its function has begun
 * mutation PUT_NEVER: it is not where its function finds that it was cancelled
 * mutation INSERT_LATE: the DPC is queued when the lock is released
 * mutation KEEPS_TIMER: who cancels too late leaves the shadow its timer
 * mutation KEEPS_SET: a timer that is due still says that it is set
 * mutation NO_FLUSH: the driver does not wait for DPCs where it was due already
 */
bool lock;
byte set;		/* 1 + the shadow */
bool timer[2];		/* the shadow's timer */
bool armed[2], running[2], free[2];
bool there;
bool dpc;
byte times, due, cancelled;
bool closed;

#define LOCK(l)		atomic { !l -> l = true }
#define UNLOCK(l)	l = false

inline put(i)
{
	atomic { assert(!free[i]); free[i] = true }
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
			assert(there && set == i + 1);	/* it is signalled */
			due++;
#ifndef INSERT_LATE
			atomic { assert(there && !dpc); dpc = true };
#endif
#ifndef KEEPS_SET
			set = 0;
#endif
			timer[i] = false;
			put(i)
		:: else ->
#ifndef PUT_NEVER
			put(i)
#else
			skip
#endif
		fi;
		UNLOCK(lock);
#ifdef INSERT_LATE
		if
		:: found -> atomic { assert(there && !dpc); dpc = true }
		:: else
		fi;
#endif
		found = false;
		running[i] = false
	:: atomic { closed && !armed[i] -> break }
	od
}

/* ksw_disarm(), ksw_detach() */
inline cancel(was)
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
		put(i)
#else
		if
		:: !begun -> timer[i] = false; put(i)
		:: else
		fi
#endif
	:: else
	fi;
	UNLOCK(lock)
}

proctype driver()
{
	bool was, begun;
	byte i;

	do
	:: times < 3 ->
		there = true;
		LOCK(lock);
		if			/* ksw_get_timer() */
		:: atomic { free[0] -> free[0] = false }; i = 0
		:: atomic { free[1] -> free[1] = false }; i = 1
		:: !free[0] && !free[1] -> i = 2	/* then it is starved */
		fi;
		if
		:: i < 2 ->
			assert(!timer[i]);
			timer[i] = true;
			set = i + 1;
			times++;
			armed[i] = true
		:: else
		fi;
		UNLOCK(lock);
		if
		:: i < 2 ->
			cancel(was);
			if
			:: was -> cancelled++
			:: else ->
#ifndef NO_FLUSH
				!dpc
#else
				skip
#endif
			fi
		:: else
		fi;
		there = false
	:: else -> break
	od;
	closed = true
}

/* Its DPC, which touches the timer */
proctype dpcs()
{
	do
	:: dpc -> assert(there); dpc = false
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
	assert(due + cancelled == times);
	assert(free[0] && free[1] && set == 0)
}
