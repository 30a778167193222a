/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * uninit.pml - ending the use of an I/O item in the driver's memory against its
 * runs on a shared queue
 *
 * The driver initialises an item, uninitialises it, and does both again at the
 * same address; the first callback may do the first half of that itself.  Two
 * producers queue the item, one of them twice, at any time: before the memory is
 * given up they may look at it, though not at one that is being written.  Two
 * threads run it.  The workqueue takes a work for the same, and lets it wait,
 * where address and function are the same as those of a work that is under way;
 * the first callback waits for the second item's if that was queued.
 *
 * There is one doomed entry, so that it may have to be waited for.  Each
 * initialisation binds the item to a device of its own, of which it has the only
 * reference.
 *
 * All is under the lock of the bucket, but for the thread on its way; so there
 * are no late writes here.
 *
 * Proven: what was queued runs once or is taken off, not both; no thread touches
 * the memory when the item's use has ended; a device is there while a callback
 * has it, and is given back exactly once; no item waits for a run of another; it
 * all ends.
 *
 * mutation NO_DOOM: a thread that is on its way is not stopped
 * mutation DOOM_UNNAMED: a thread on its way to another function is stopped
 * mutation DOOM_LOOK_EARLY: the thread looks whether it is doomed without the lock
 * mutation CANCEL_NOT_ATOMIC: whether it is pending is asked before it is cancelled
 * mutation SAME_TRAMPOLINE: an item gets the function of the one before it
 * mutation QUEUE_NO_LOCK: the lock is dropped between the claim and the queueing
 * mutation CLAIM_EARLY: whether it is an item is asked without the lock
 * mutation BEGIN_NO_LOCK: the claim ends under the lock, the run is entered later
 * mutation NO_HAND_OVER: runs get no reference
 * mutation HAND_OVER_NO_LOCK: the runs get theirs when the record has gone
 * mutation PUT_BEFORE_HAND_OVER: the item's reference is put before runs get theirs
 * mutation END_NO_LOCK: the run looks for a reference, then leaves the register
 */

#define THREADS	2
#define FREE	255

bool item;		/* its state has the cookie */
bool queued;		/* and KSW_QUEUED */
byte gen;		/* which initialisation it is of, from 1 */
byte func;		/* its trampoline */
bool record;		/* there is one, which refers to device gen */
bool pending;		/* of its work */

/* Runs in the register, by thread: of which trampoline, or FREE */
byte running[THREADS] = { FREE, FREE };
byte device[THREADS];	/* handed over to it, or 0 */
byte doomed = FREE;	/* the trampoline of the doomed entry */
byte on_way[THREADS] = { FREE, FREE };	/* as the workqueue knows them */

byte refs[3];		/* of the devices; 0 is none */
byte accepted[3], ran[3], cancelled[3];
byte done, working;
bool given_up;		/* the memory */

#ifdef CANCEL_NOT_ATOMIC
bool would_cancel;
#endif

#ifdef NO_DOOM
#define DOOM_FULL	false
#else
#define DOOM_FULL	(doomed != FREE)
#endif

inline get(d)
{
	assert(refs[d] > 0);
	refs[d]++
}

inline put(d)
{
	assert(refs[d] > 0);
	refs[d]--
}

/* ksw_free_trampoline() */
#define USED(t)	(running[0] == (t) || running[1] == (t) || doomed == (t))

/* ksw_io_initialize() of what is no item */
inline initialize()
{
	atomic {
		assert(!item && !record && !given_up);
		gen++;
		refs[gen] = 1;
		record = true;
#ifndef SAME_TRAMPOLINE
		if
		:: !USED(0) -> func = 0
		:: USED(0) -> assert(!USED(1)); func = 1
		fi;
#endif
		item = true
	}
}

/* ksw_hand_over() */
inline hand_over(d)
{
	if
	:: running[0] != FREE && device[0] == 0 -> get(d); device[0] = d
	:: else
	fi;
	if
	:: running[1] != FREE && device[1] == 0 -> get(d); device[1] = d
	:: else
	fi
}

/* IoUninitializeWorkItem(); @d is for the device */
inline uninitialize(d)
{
	if
	:: atomic {			/* under the lock */
		record && !(queued && !pending && DOOM_FULL) ->
		assert(item && !given_up);
		d = gen;
		if
		:: queued ->
			if
#ifdef CANCEL_NOT_ATOMIC
			:: pending -> would_cancel = true
#else
			:: pending -> pending = false	/* cancel_work() */
#endif
			:: else ->			/* ksw_doom() */
#ifndef NO_DOOM
				doomed = func
#endif
			fi;
			cancelled[d]++;
			queued = false
		:: else
		fi;
#ifdef CANCEL_NOT_ATOMIC
	   };
	   atomic {
		if
		:: would_cancel -> pending = false; would_cancel = false
		:: else
		fi;
#endif
		item = false;
		record = false;
#ifdef PUT_BEFORE_HAND_OVER
		put(d);
#endif
#ifdef HAND_OVER_NO_LOCK
	   };
	   atomic {
#endif
#ifndef NO_HAND_OVER
		hand_over(d);
#endif
	   };
#ifndef PUT_BEFORE_HAND_OVER
	   atomic { put(d) };
#endif
	   d = 0
	:: atomic { !record -> skip }	/* use_uninitialized */
	fi
}

/* ksw_queue_own() */
inline queue()
{
	if
#ifdef CLAIM_EARLY
	:: atomic { item && !queued -> skip };
	   atomic { !queued -> accept() }
#else
	:: atomic {
		item && !queued ->
#ifdef QUEUE_NO_LOCK
		queued = true
	   };
	   atomic {
#endif
		accept()
	   }
#endif
	:: atomic { !item || queued -> skip }
	fi
}

inline accept()
{
	assert(item && !pending && !given_up);
	queued = true;
	pending = true;
	accepted[gen]++
}

proctype producer(byte n)
{
	do
	:: n > 0 -> queue(); n--
	:: else -> break
	od;
	done++
}

proctype driver()
{
	byte d;

	initialize();
	uninitialize(d);
	if
	:: atomic { !item && gen == 1 -> initialize() }
	:: else				/* the callback was first */
	fi;
	if
	:: true
	:: true ->			/* first let it run */
		atomic { ran[2] + cancelled[2] == accepted[2] -> skip }
	fi;
	uninitialize(d);
	done++
}

/* ksw_item_work(), by way of the workqueue */
proctype thread(byte c)
{
	byte t, g, d;

end:	do
	:: atomic {
		pending && on_way[1 - c] != func ->
		pending = false;
		t = func;
		g = gen;
		on_way[c] = t;
		working++
	   };
#ifdef DOOM_LOOK_EARLY
	   if
	   :: atomic { doomed == t -> doomed = FREE; goto out }
	   :: atomic { doomed != t -> skip }
	   fi;
#endif
	   if
#ifndef DOOM_LOOK_EARLY
#ifdef DOOM_UNNAMED
	   :: atomic { doomed != FREE -> doomed = FREE }
	   :: atomic {
		doomed == FREE ->
#else
	   :: atomic { doomed == t -> doomed = FREE }
	   :: atomic {
		doomed != t ->
#endif
#else
	   :: atomic {
		true ->
#endif
		assert(item && queued && gen == g && !given_up);
#ifdef BEGIN_NO_LOCK
		queued = false
	   };
	   atomic {
#else
		queued = false;
#endif
		assert(running[c] == FREE && device[c] == 0);
		running[c] = t;
		ran[g]++
	   };
	   /* the callback */
	   atomic { assert(refs[g] > 0) };
	   if
	   :: g == 1 ->
		uninitialize(d);
		if
		:: atomic { !item && gen == 1 -> initialize() };
			queue();
			atomic { ran[2] + cancelled[2] == accepted[2] -> skip }
		:: else
		fi
	   :: true
	   fi;
	   atomic { assert(refs[g] > 0) };
	   /* ksw_end_run() */
#ifdef END_NO_LOCK
	   atomic { d = device[c]; device[c] = 0 };
	   atomic { running[c] = FREE; device[c] = 0 };
#else
	   atomic { running[c] = FREE; d = device[c]; device[c] = 0 };
#endif
	   atomic {
		if
		:: d != 0 -> put(d)
		:: else
		fi;
		d = 0
	   }
	   fi;
out:	   atomic {
		t = 0;
		g = 0;
		on_way[c] = FREE;
		working--
	   }
	od
}

init
{
	atomic {
		run producer(1);
		run producer(2);
		run driver();
		run thread(0);
		run thread(1)
	};
	atomic { done == 3 && !record -> given_up = true };
	!pending && working == 0;
	assert(!item && !queued && doomed == FREE);
	assert(refs[1] == 0 && refs[2] == 0);
	assert(ran[1] + cancelled[1] == accepted[1]);
	assert(ran[2] + cancelled[2] == accepted[2])
}
