/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * going.pml - a module that goes, and its DPC that is queued and runs
 *
 * The DPC is queued again and again, by two CPUs, and run by a third.  Meanwhile the
 * module's exit function returns: nothing more is accepted, what is queued is taken
 * off, and what runs is waited for.  Nothing is counted where nobody goes.
 *
 * Proven: the module's code is there as long as its routine runs, and nothing of it is
 * queued when it is gone; who waits is told.
 *
 * mutation NO_LOOK: who queues does not look whether the module is going
 * mutation LOOK_EARLY: who queues looks before the queue is locked
 * mutation NO_HOLD: a run under way is not held
 * mutation HOLD_UNLOCKED: it is looked at when the lock is released
 * mutation ENDS_UNLOCKED: a run's end, and whether it is held, are seen to without the lock
 */
bool lock;
bool going;			/* ksw_goings */
bool queued, running, held;	/* the ring's slot, ksw_dpc_queue.running and .held */
byte holds;			/* KSW_N_HELD */
bool code = true;
byte done;

#define LOCK()		atomic { !lock -> lock = true }
#define UNLOCK()	lock = false

/* ksw_claim_and_queue() */
proctype inserter()
{
	bool no;
	byte n;

	do
	:: n < 2 ->
		n++;
#ifdef LOOK_EARLY
		no = going;
#endif
		LOCK();
#if !defined(NO_LOOK) && !defined(LOOK_EARLY)
		no = going;
#endif
		if
		:: !no && !queued -> queued = true
		:: else
		fi;
		UNLOCK()
	:: else -> break
	od;
	done++
}

/* ksw_drain() */
proctype drainer()
{
	bool was;

	do
	:: queued ->
		LOCK();
		if
		:: queued ->
			queued = false;
			running = true;
			UNLOCK();
			assert(code);		/* the routine begins */
			assert(code);		/* and returns */
#ifndef ENDS_UNLOCKED
			LOCK();
#endif
			was = held;
			running = false;
			if
			:: was ->
				held = false;
				holds--
			:: else
			fi;
#ifndef ENDS_UNLOCKED
			UNLOCK()
#endif
		:: else -> UNLOCK()
		fi
	:: done == 3 && !queued -> break
	od
}

/* ksw_module_going(), ksw_take_off() */
proctype goer()
{
	bool was;

	going = true;
	LOCK();
	queued = false;
#ifdef HOLD_UNLOCKED
	UNLOCK();
	was = running;
	LOCK();
#else
	was = running;
#endif
#ifndef NO_HOLD
	if
	:: was ->
		holds++;
		held = true
	:: else
	fi;
#endif
	UNLOCK();
	holds == 0;
	code = false;
	done++
}

init
{
	atomic {
		run inserter();
		run inserter();
		run drainer();
		run goer()
	};
	done == 3;
	assert(!queued)
}
