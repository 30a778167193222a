/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * queue.pml - queueing on a worker against its drainer
 *
 * Two producers and two threads that may drain: the protocol is not to rely on
 * the workqueue to keep a drain from running beside another.  The items:
 *
 *	A, B	queued by producer 0, in this order; A's callback frees A
 *	C	queued by producer 1; its callback queues it again, once
 *	S	queued by both, each after it has written something for the
 *		callback to see: "queued already" has to mean that it will be
 *
 * The producers take the fast path first, which undoes what it did where it finds the
 * worker idle, so that the slow path starts anew.
 *
 * Proven: each accepted queueing runs once; B after A; one callback at a time;
 * what was written before a queueing, accepted or not, is seen by a run to come;
 * a freed item is not touched; it all ends.
 *
 * mutation CLAIM_NO_BARRIER: a claim that fails has no barrier
 * mutation CLAIM_LATE_BARRIER: its barrier comes after the look that decides
 * mutation CLAIM_NOT_ATOMIC: the claim looks, then writes
 * mutation PUSH_NO_BARRIER: the link may be seen later than the item
 * mutation PUSH_NOT_ATOMIC: the push looks at the head, then writes it
 * mutation FAST_ON_IDLE: the fast path takes a worker that is idle
 * mutation UNDO_NOT_DONE: a fast path that finds the worker idle leaves the item claimed
 * mutation UNDO_NO_RELEASE: the link that it has written may be seen later
 * mutation KICK_BY_OLD_HEAD: who kicks is told by the head as it was first read
 * mutation BEGIN_NO_BARRIER: the callback's reads may pass the end of the claim
 * mutation BEGIN_AFTER_CALL: the claim ends when the callback has returned
 * mutation NEXT_AFTER_BEGIN: the link is read when the claim has ended
 * mutation TAKE_NOT_ATOMIC: the line is read, then emptied
 * mutation IDLE_NO_RECHECK: the drainer goes idle without another look
 * mutation NO_REVERSE: the items run in the order of the list
 */
#define CPUS	2	/* the producers; threads 2 and 3 have no buffers */
#define VARS	6	/* links of the four items, what the producers write */
#include "memory.inc"

#define A	0
#define B	1
#define C	2
#define S	3
#define ITEMS	4
#define LINK(i)	(i)
#define DATA(p)	(4 + (p))

/* The head of the line: an item or one of these; in C, NULL with KSW_IDLE and without. */
#define IDLE	0
#define BUSY	1
#define ITEM(i)	(8 * ((i) + 1))
#define HAS_ITEM(h)	((h) >= 8)
#define INDEX(h)	((h) / 8 - 1)

byte head = IDLE;
bool queued[ITEMS];	/* KSW_QUEUED */
bool freed[ITEMS];
bool pending;		/* of the drain's work */
byte accepted[ITEMS], ran[ITEMS];
byte calls;		/* callbacks under way */
bool seen[2];
byte done, draining;

#ifdef BEGIN_NO_BARRIER
byte late[2] = { NONE, NONE };	/* ends of claims that nobody has seen yet */
#endif

/* ksw_claim(): ok tells whether it is ours (model: claim) */
inline claim(c, i, ok)
{
	do
	:: atomic {
		!queued[i] ->
		assert(!freed[i])
#ifndef CLAIM_NOT_ATOMIC
		; SMP_MB(c);
		queued[i] = true;
		ok = true;
		break
	   }
#else
	   };
	   atomic {
		SMP_MB(c);
		queued[i] = true;
		ok = true;
		break
	   }
#endif
	:: queued[i] ->
#ifndef CLAIM_NO_BARRIER
		SMP_MB(c);
#endif
#if defined(CLAIM_NO_BARRIER) || defined(CLAIM_LATE_BARRIER)
		ok = false;
		break
#else
		if
		:: queued[i] ->
			ok = false;
			break
		:: else		/* it has begun meanwhile: claim it */
		fi
#endif
	od
}

/* ksw_ks_try_queue(), on the fast path: ok tells whether it has done it all */
inline queue_fast(c, i, h, ok)
{
	if				/* (model: claim) */
	:: atomic {
		!queued[i] ->
		assert(!freed[i]);
		SMP_MB(c);
		queued[i] = true
	   };
	   do				/* (model: push) */
	   :: atomic {			/* the link is the caller's */
		h = head;
		if
#ifdef FAST_ON_IDLE
		:: true -> WRITE(c, LINK(i), h)
#else
		:: h != IDLE -> WRITE(c, LINK(i), h)
		:: h == IDLE -> break
#endif
		fi
	      };
	      if
	      :: atomic {
		head == h ->
		SMP_MB(c);
		head = ITEM(i);
		accepted[i]++;
		ok = true;
		break
	      }
	      :: head != h		/* others were faster: try again */
	      fi
	   od;
	   if
	   :: ok
	   :: else ->			/* (model: undo) */
#ifndef UNDO_NOT_DONE
		d_step {
#ifndef UNDO_NO_RELEASE
			SMP_MB(c);
#endif
			queued[i] = false
		}
#endif
	   fi
	:: queued[i]
	fi
}

/* ksw_ks_queue_slow(), ksw_push() */
inline queue_slow(c, i, h, ok)
{
	claim(c, i, ok);
	if
	:: ok ->
		atomic {		/* the link is the caller's */
			h = head;
#ifdef KICK_BY_OLD_HEAD
			old = h;
#endif
			WRITE_ANY(c, LINK(i), h)
		};
		do			/* (model: push) */
		:: atomic {
			head == h ->
#ifdef PUSH_NOT_ATOMIC
			skip
		   };
		   atomic {
#endif
#ifndef PUSH_NO_BARRIER
			SMP_MB(c);
#endif
			head = ITEM(i);
			accepted[i]++;
			break
		   }
		:: atomic { head != h -> h = head; WRITE_ANY(c, LINK(i), h) }
		od;
#ifdef KICK_BY_OLD_HEAD
		h = old;
#endif
		if			/* (model: kick) */
		:: h == IDLE -> pending = true
		:: else
		fi
	:: else
	fi
}

inline queue(c, i, h, ok)
{
	queue_fast(c, i, h, ok);
	if
	:: !ok -> queue_slow(c, i, h, ok)
	:: else
	fi
}

proctype producer(byte c)
{
	byte h;
	bool ok;
#ifdef KICK_BY_OLD_HEAD
	byte old;
#endif

	if
	:: c == 0 ->
		queue(c, A, h, ok);
		d_step { assert(ok); ok = false };
		queue(c, B, h, ok);
		d_step { assert(ok); ok = false; WRITE(c, DATA(c), 1) }
	:: else ->
		queue(c, C, h, ok);
		d_step { assert(ok); ok = false; WRITE(c, DATA(c), 1) }
	fi;
	queue(c, S, h, ok);
	done++
}

inline callback(c, i, h, ok)
{
	atomic {
		assert(calls == 0);
		calls++;
		ran[i]++
	};
	if
	:: atomic { i == A -> freed[A] = true }
	:: atomic { i == B -> assert(ran[A] == 1) }
	:: atomic { i == C && ran[C] == 1 -> skip };
		queue_slow(c, C, h, ok);
		assert(ok);
		d_step { h = 0; ok = false }
	:: i == C && ran[C] != 1
	:: atomic { i == S -> seen[0] = mem[DATA(0)] };
		seen[1] = mem[DATA(1)]
	fi;
	calls--
}

/* ksw_drain() */
inline drain(c, h, i, next, ok)
{
again:	do
	:: h = head;
	   if
	   :: HAS_ITEM(h) ->		/* (model: take) */
#ifdef TAKE_NOT_ATOMIC
		head = BUSY;
#else
		if
		:: atomic { head == h -> head = BUSY }
		:: atomic { head != h -> goto again }
		fi;
#endif
		d_step {
#ifndef NO_REVERSE
			i = 0;		/* what was before, as it is turned round */
			do
			:: HAS_ITEM(h) ->
				assert(!freed[INDEX(h)]);
				next = mem[LINK(INDEX(h))];
				mem[LINK(INDEX(h))] = i;
				i = h;
				h = next
			:: else -> break
			od;
			h = i;
#endif
			next = 0
		};
		do
		:: HAS_ITEM(h) ->
			d_step {
				i = INDEX(h);
				assert(!freed[i] && queued[i]);
#ifndef NEXT_AFTER_BEGIN
				next = mem[LINK(i)];
#endif
#ifdef BEGIN_NO_BARRIER
				if
				:: i == S -> late[c - 2] = i
				:: else -> queued[i] = false
				fi
#elif !defined(BEGIN_AFTER_CALL)
				queued[i] = false	/* (model: begin) */
#endif
			};
#ifdef NEXT_AFTER_BEGIN
			next = mem[LINK(i)];
#endif
			callback(c, i, h, ok);
#ifdef BEGIN_NO_BARRIER
			atomic {
				if
				:: late[c - 2] != NONE ->
					queued[late[c - 2]] = false;
					late[c - 2] = NONE
				:: else
				fi
			};
#elif defined(BEGIN_AFTER_CALL)
			assert(!freed[i]);
			queued[i] = false;
#endif
			h = next;
			next = 0
		:: else -> break
		od
	   :: else -> break
	   fi
	od;
	if				/* (model: idle) */
#ifdef IDLE_NO_RECHECK
	:: head = IDLE
#else
	:: atomic { head == BUSY -> head = IDLE }
	:: atomic { head != BUSY -> goto again }
#endif
	fi
}

proctype thread(byte c)
{
	byte h, i, next;
	bool ok;
#ifdef KICK_BY_OLD_HEAD
	byte old;
#endif

end:	do
	:: atomic {
		pending ->
		pending = false;
		draining++
	   };
	   drain(c, h, i, next, ok);
	   d_step {
		h = 0;
		i = 0;
		next = 0;
		draining--
	   }
	od
}

init
{
	atomic {
		INIT_MEMORY;
		run producer(0);
		run producer(1);
		run thread(2);
		run thread(3)
	};
	done == 2 && !pending && draining == 0;
	assert(head == IDLE);
	assert(ran[A] == accepted[A] && ran[B] == accepted[B]);
	assert(ran[C] == accepted[C] && ran[S] == accepted[S]);
	assert(ran[C] == 2 && seen[0] && seen[1])
}
