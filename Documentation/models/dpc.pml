/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dpc.pml - a KDPC queued, taken off, run, and freed by its own routine
 *
 * Two CPUs queue the same DPC, each on its own queue or on the other's, a third thread
 * takes it off, and each queue is drained by its CPU's tasklet, which ends at any run
 * where it has been enough, and comes again.  A CPU has its tasklet scheduled by an
 * interrupt where another queues on its queue.  When all of these have called, it is
 * queued once more for a run that frees it.
 *
 * Proven: it runs as often as it was queued with success and not taken off; it is
 * on one queue at most; its memory is not touched once the routine that frees it
 * has begun; a tasklet is on its way where something is queued, and only its own CPU
 * schedules it.
 *
 * mutation CLAIM_NOT_ATOMIC: the state is looked at, then written
 * mutation IDLE_LATE: it may be queued again only when its routine has returned
 * mutation REMOVE_NO_LOOK: who takes it off does not look again under the lock
 * mutation REMOVE_NO_LOCK: who takes it off does so without the lock
 * mutation REMOVE_KEEPS_SLOT: who takes it off leaves the slot as it is
 * mutation STATE_BEFORE_SLOT: it is said to be queued before it is
 * mutation ENDS_AGAIN: a tasklet that has done enough ends as if nothing were left
 * mutation ENDS_LATE: a tasklet that ends says so when the lock is released
 * mutation KICK_LOST: the interrupt is still said to be on its way when it has come
 */
#define IDLE	0
#define CLAIMED	3		/* else 1 + the CPU */

bool lock[2];
byte state;
bool slot[2];			/* the queue has a slot for it */
bool scheduled[2];		/* ksw_dpc_queue.scheduled */
bool kicked[2], interrupt[2];	/* ksw_dpc_queue.kicked; it comes */
bool tasklet[2];		/* Linux has it scheduled */
bool there = true;
bool last;			/* the routine is to free it */
byte queued, removed, ran;
byte done;
bool closed;

#define LOCK(l)		atomic { !l -> l = true }
#define UNLOCK(l)	l = false

/* ksw_kick() on the CPU @here, @to is locked */
inline kick(to, here)
{
	if
	:: to == here -> tasklet[to] = true
	:: to != here && !kicked[to] ->
		kicked[to] = true;
		atomic { assert(!interrupt[to]); interrupt[to] = true }
	:: else
	fi
}

/* ksw_dpc_insert() */
inline insert(cpu, at, ok)
{
#ifdef CLAIM_NOT_ATOMIC
	ok = state == IDLE;
	if
	:: ok -> state = CLAIMED
	:: else
	fi;
#else
	atomic {
		assert(there);
		ok = state == IDLE;
		if
		:: ok -> state = CLAIMED
		:: else
		fi
	};
#endif
	if
	:: ok ->
#ifdef STATE_BEFORE_SLOT
		atomic { assert(there); state = cpu + 1 };
#endif
		LOCK(lock[cpu]);
		assert(!slot[0] && !slot[1]);
		slot[cpu] = true;
		queued++;
#ifndef STATE_BEFORE_SLOT
		atomic { assert(there); state = cpu + 1 };
#endif
		if
		:: !scheduled[cpu] ->
			scheduled[cpu] = true;
			kick(cpu, at)
		:: else
		fi;
		UNLOCK(lock[cpu])
	:: else
	fi
}

proctype inserter(byte me)
{
	bool ok;
	byte q, n;

	do
	:: n < 2 ->
		n++;
		if
		:: q = 0
		:: q = 1
		fi;
		insert(q, me, ok)
	:: else -> break
	od;
	done++
}

/* ksw_dpc_remove() */
proctype remover()
{
	byte s;

	s = state;
	if
	:: s == 1 || s == 2 ->
#ifndef REMOVE_NO_LOCK
		LOCK(lock[s - 1]);
#endif
		if
#ifdef REMOVE_NO_LOOK
		:: true ->
#else
		:: state == s ->
#endif
#ifndef REMOVE_KEEPS_SLOT
			slot[s - 1] = false;
#endif
			removed++;
			state = IDLE
#ifndef REMOVE_NO_LOOK
		:: else
#endif
		fi;
#ifndef REMOVE_NO_LOCK
		UNLOCK(lock[s - 1])
#else
		skip
#endif
	:: else
	fi;
	done++
}

/* ksw_drain() */
proctype drainer(byte cpu)
{
	bool again, some;

	do
	:: tasklet[cpu] ->
		tasklet[cpu] = false;
		LOCK(lock[cpu]);
		do
		:: some -> again = true; break
		:: slot[cpu] ->
			slot[cpu] = false;
			atomic { assert(there && state == cpu + 1) };
#ifndef IDLE_LATE
			state = IDLE;
#endif
			UNLOCK(lock[cpu]);
			atomic {		/* the routine */
				ran++;
				if
				:: last -> there = false
				:: else
				fi
			};
#ifdef IDLE_LATE
			atomic { assert(there); state = IDLE };
#endif
			some = true;
			LOCK(lock[cpu])
		:: !slot[cpu] -> break
		od;
#ifdef ENDS_AGAIN
		again = false;
#endif
#ifdef ENDS_LATE
		UNLOCK(lock[cpu]);
		scheduled[cpu] = again;
#else
		scheduled[cpu] = again;
		UNLOCK(lock[cpu]);
#endif
		if
		:: again -> tasklet[cpu] = true
		:: else
		fi;
		again = false;
		some = false
	:: closed && !scheduled[cpu] -> break
	od;
	done++
}

/* ksw_kicked(), and the irq_work behind it on PREEMPT_RT */
proctype interrupts(byte cpu)
{
	do
	:: interrupt[cpu] ->
		interrupt[cpu] = false;
#ifndef KICK_LOST
		LOCK(lock[cpu]);
		kicked[cpu] = false;
		UNLOCK(lock[cpu]);
#endif
		tasklet[cpu] = true
	:: closed && !scheduled[cpu] -> break
	od;
	done++
}

init
{
	bool ok;

	atomic {
		run inserter(0);
		run inserter(1);
		run remover();
		run drainer(0);
		run drainer(1);
		run interrupts(0);
		run interrupts(1)
	};
	done == 3 && state == IDLE && !lock[0] && !lock[1] && ran + removed == queued;
	last = true;
	insert(0, 1, ok);
	assert(ok);
	!there;
	closed = true;
	done == 7;
	assert(ran + removed == queued && !slot[0] && !slot[1]);
	assert(!scheduled[0] && !scheduled[1] && !interrupt[0] && !interrupt[1])
}
