/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * shadow.pml - taking an item in the driver's memory off its line against its run
 *
 * The driver initialises an item, ends its use, and does both again at the same
 * address; the first time the memory may just vanish, while a shadow stands in line
 * for the item, and the first callback may end the use itself.  Two producers queue
 * the item, one of them twice, as long as it is one.  Two threads take out of the
 * line what is there: the item, or one of two shadows of it, so that there may be
 * none to be had.  How they carry is shown by carry.pml.  The line is one of a shared
 * queue, or of a worker: then an item has its shadow, which nobody takes off.
 *
 * Each initialisation binds the item to a device of its own, to which its record has
 * the only reference.
 *
 * The lock of the bucket is held from the claim to the line, and over all of taking
 * off; within it, and by who begins the run of an item without a shadow, the lock of
 * the line.  So there are no late writes here.  What was pushed is in line, since who
 * looks for it there moves the inbox to the line first (carry.pml).
 *
 * Proven: what was queued runs once or is cancelled, not both; the memory is not
 * touched when it has gone; a device is there while a callback has it, and is given
 * back exactly once; a shadow stands for one item at a time, and comes back; it all
 * ends.
 *
 * mutation QUEUE_NO_LOCK: the bucket is unlocked between the claim and the line
 * mutation TAKE_OFF_LOOKS_ONCE: whether it still is queued is not asked under both locks
 * mutation TAKE_OFF_NOT_LINE: an item that is taken off stays in line
 * mutation TAKE_OFF_KEEPS_ITEM: a shadow that is taken off still stands for the item
 * mutation TAKE_OFF_ALWAYS_OURS: one that a thread has taken out is given back, too
 * mutation TAKE_OFF_NEVER_OURS: one that is taken out of the line is left to nobody
 * mutation BEGIN_NO_LOCK: the thread looks at what a shadow stands for without the lock
 * mutation BEGIN_NO_COMPARE: the item is believed to be what it was
 * mutation PUT_EARLY: a shadow is given back when it was taken out
 * mutation REFERENCE_LATE: the run takes its reference when the locks were dropped
 * mutation REMAINS_LEFT: what was queued at the address is not cancelled
 */

#define SHADOWS	2
#define NONE	255

bool worker;		/* the line is one of a worker */
bool bucket;		/* its lock, where more than one step is under it */
bool there;		/* the memory, as the driver's item */
bool queued;		/* KSW_QUEUED */
byte gen;		/* which initialisation it is of, from 1 */
byte record;		/* of which there is one in the table, or 0 */
bool in_line;		/* the item itself */
bool used[SHADOWS], in_line_for[SHADOWS];
bool stands[SHADOWS];	/* has its item, and is in the table */
byte device[SHADOWS];	/* which device the copy refers to */
byte refs[3];		/* of the devices; 0 is none */
byte accepted, ran, cancelled;
byte done, working;

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

inline put_shadow(k)
{
	assert(used[k] && !in_line_for[k] && !stands[k]);
	used[k] = false
}

#define SHADOW_OF	(stands[0] -> 0 : (stands[1] -> 1 : NONE))

/* ksw_shadow_take_off(), the bucket locked: @k is NONE where it is not ours */
inline take_off_shadow(k)
{
#ifndef TAKE_OFF_KEEPS_ITEM
	stands[k] = false;
#endif
	if
#ifdef TAKE_OFF_ALWAYS_OURS
	:: in_line_for[k] = false
#else
	:: in_line_for[k] && !worker ->
		in_line_for[k] = false
#ifdef TAKE_OFF_NEVER_OURS
		; k = NONE
#endif
	:: !in_line_for[k] || worker -> k = NONE
#endif
	fi
}

/* ksw_cancel_shadow() */
inline cancel_shadow(k)
{
	if
	:: k != NONE -> atomic { put_shadow(k); cancelled++; k = NONE }
	:: else
	fi
}

/* ksw_io_initialize() of what is no item */
inline initialize(k, d)
{
	atomic {
		!bucket ->
		assert(!there);
		k = SHADOW_OF;
#ifdef REMAINS_LEFT
		k = NONE;
#endif
		if
		:: k != NONE -> take_off_shadow(k)
		:: else
		fi;
		d = record;
		gen++;
		record = gen;
		refs[gen] = 1;
		there = true
	};
	cancel_shadow(k);
	atomic {
		if
		:: d -> put(d)
		:: else
		fi;
		d = 0
	}
}

/* IoUninitializeWorkItem(), ksw_cancel() */
inline uninitialize(k, d, s)
{
	if
	:: atomic {
		!bucket && there ->
		bucket = true;
		s = queued
	   };
	   if
	   :: s ->
		atomic {		/* the line is locked, too */
			k = SHADOW_OF;
			if
			:: k != NONE -> take_off_shadow(k)
#ifdef TAKE_OFF_LOOKS_ONCE
			:: k == NONE ->
#else
			:: k == NONE && queued ->
#endif
#ifndef TAKE_OFF_NOT_LINE
				assert(in_line);
				in_line = false;
#endif
				cancelled++
			:: else
			fi
		}
	   :: else
	   fi;
	   atomic {
		queued = false;
		there = false;
		d = record;
		record = 0;
		s = false;
		bucket = false
	   };
	   cancel_shadow(k);
	   atomic { put(d); d = 0 }
	:: atomic { !bucket && !there -> skip }	/* use_uninitialized */
	fi
}

/* Its memory is freed and used otherwise, of which we are not told. */
inline vanish()
{
	atomic {
		!bucket && there && queued && (stands[0] || stands[1]) ->
		there = false;
		queued = false
	}
}

/* ksw_queue() */
inline queue(k)
{
	if
	:: atomic {
		!bucket && there && !queued && (!worker || !used[0] || !used[1]) ->
		queued = true;
		accepted++
#ifdef QUEUE_NO_LOCK
	   };
	   atomic {
#else
		;
#endif
		if			/* ksw_shadow() */
		:: !used[0] -> k = 0
		:: used[0] && !used[1] -> k = 1
		:: (used[0] && used[1]) || !worker -> k = NONE
		fi;
		if			/* ksw_enqueue(), ksw_push() */
		:: k != NONE ->
			assert(!stands[0] && !stands[1]);
			used[k] = true;
			stands[k] = true;
			device[k] = gen;
			in_line_for[k] = true
		:: else -> assert(there && !in_line); in_line = true
		fi;
		k = NONE
	   }
	:: atomic { !bucket && (!there || queued) -> skip }
	:: atomic { worker && used[0] && used[1] -> skip }
	fi
}

proctype producer(byte n)
{
	byte k = NONE;

	do
	:: n > 0 -> queue(k); n--
	:: else -> break
	od;
	done++
}

proctype driver()
{
	byte k = NONE, d;
	bool s;

	initialize(k, d);
	if
	:: uninitialize(k, d, s)
	:: vanish()
	:: atomic { !bucket && !there -> skip }	/* the callback was first */
	fi;
	initialize(k, d);
	uninitialize(k, d, s);
	done++
}

/* ksw_begin_shadow(), ksw_shadow_begin(): @g is the device, 0 where nothing is to run */
inline begin_shadow(k, g, s)
{
	atomic {
		!bucket ->
		s = stands[k]
#ifdef BEGIN_NO_LOCK
	};
	atomic {
#else
		;
#endif
		stands[k] = false;
		if
#ifdef BEGIN_NO_COMPARE
		:: s ->
#else
		:: s && there && queued ->
#endif
			assert(there && queued);
			queued = false;
			g = device[k];
			begun(g)
		:: else -> cancelled++
		fi;
		s = false
	};
#ifndef PUT_EARLY
	atomic { put_shadow(k); k = NONE }
#endif
}

/* What it refers to cannot go as long as the item cannot be ended. */
inline begun(g)
{
	ran++;
#ifndef REFERENCE_LATE
	get(g)
#endif
}

/* ksw_carry(), ksw_drain() */
proctype thread()
{
	byte k = NONE, g, d;
	bool s;

end:	do
	:: atomic {
		if
		:: in_line ->		/* ksw_begin() */
			in_line = false;
			assert(there && queued);
			queued = false;
			g = gen;
			begun(g)
		:: in_line_for[0] -> k = 0; in_line_for[0] = false
		:: in_line_for[1] -> k = 1; in_line_for[1] = false
		fi;
		working++
	   };
	   if
	   :: k != NONE ->
#ifdef PUT_EARLY
		used[k] = false;
#endif
		begin_shadow(k, g, s)
	   :: else
	   fi;
	   if
	   :: g ->
#ifdef REFERENCE_LATE
		atomic { get(g) };
#endif
		if			/* the callback */
		:: g == 1 -> uninitialize(k, d, s)
		:: true
		fi;
		atomic { put(g); g = 0 }
	   :: else
	   fi;
	   atomic { k = NONE; working-- }
	od
}

init
{
	atomic {
		if
		:: worker = true
		:: true
		fi;
		run producer(1);
		run producer(2);
		run driver();
		run thread();
		run thread()
	};
	done == 3 && working == 0 && !in_line && !in_line_for[0] && !in_line_for[1];
	assert(!used[0] && !used[1] && !stands[0] && !stands[1]);
	assert(!queued && !record && refs[1] + refs[2] == 0);
	assert(ran + cancelled == accepted)
}
