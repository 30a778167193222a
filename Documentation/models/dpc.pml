/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dpc.pml - a KDPC queued, taken off, run, and freed by its own routine
 *
 * Two CPUs queue the same DPC, each on its own queue, a third thread takes it off,
 * and each queue is drained by its CPU.  When all of these have called, it is
 * queued once more for a run that frees it.
 *
 * Proven: it runs as often as it was queued with success and not taken off; it is
 * on one queue at most; its memory is not touched once the routine that frees it
 * has begun.
 *
 * mutation CLAIM_NOT_ATOMIC: the state is looked at, then written
 * mutation IDLE_LATE: it may be queued again only when its routine has returned
 * mutation REMOVE_NO_LOOK: who takes it off does not look again under the lock
 * mutation REMOVE_NO_LOCK: who takes it off does so without the lock
 * mutation REMOVE_KEEPS_SLOT: who takes it off leaves the slot as it is
 * mutation STATE_BEFORE_SLOT: it is said to be queued before it is
 */
#define IDLE	0
#define CLAIMED	3		/* else 1 + the CPU */

bool lock[2];
byte state;
bool slot[2];			/* the queue has a slot for it */
bool there = true;
bool last;			/* the routine is to free it */
byte queued, removed, ran;
byte done;
bool closed;

#define LOCK(l)		atomic { !l -> l = true }
#define UNLOCK(l)	l = false

/* ksw_dpc_insert() */
inline insert(cpu, ok)
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
		UNLOCK(lock[cpu])
	:: else
	fi
}

proctype inserter(byte cpu)
{
	bool ok;

	insert(cpu, ok);
	insert(cpu, ok);
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
	do
	:: slot[cpu] ->
		LOCK(lock[cpu]);
		if
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
			atomic { assert(there); state = IDLE }
#endif
		:: else ->
			UNLOCK(lock[cpu])
		fi
	:: closed && !slot[cpu] -> break
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
		run drainer(1)
	};
	done == 3 && state == IDLE && !lock[0] && !lock[1] && ran + removed == queued;
	last = true;
	insert(0, ok);
	assert(ok);
	!there;
	closed = true;
	done == 5;
	assert(ran + removed == queued && !slot[0] && !slot[1])
}
