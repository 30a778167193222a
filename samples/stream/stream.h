/* SPDX-License-Identifier: GPL-2.0-only */
/*++

Module Name:

    stream.h

Abstract:

    Declarations of the stream sample: a capture driver whose device is a timer.

    The device fills a frame for each of its pins from its DPC and counts it on
    a counted worker; the worker processes the frames in order, and hands each
    to its pin, whose reader, a system thread, takes it from there. The device
    stalls every now and then, which a reader finds out by the time-out of its
    wait: it queues a work item that starts the device anew. What a pin cannot
    take any more is dropped, and every frame is accounted for.

Environment:

    Kernel mode only.

--*/

#pragma once

#include <ntddk.h>
#include <ks.h>

#define STREAM_TAG              'mrtS'

#define STREAM_PINS             2
#define STREAM_BURST            4       // frames of each pin in a tick
#define STREAM_DEPTH            24      // of a pin under way, at most
#define STREAM_SAMPLES          256     // in a frame
#define STREAM_LEVELS           256     // that a sample may have
#define STREAM_PERIOD           2       // of a tick, in ms
#define STREAM_STALL            50      // ticks until the device stalls
#define STREAM_TIMEOUT          20      // until a reader finds that out, in ms
#define STREAM_START_TIMEOUT    30000   // for all readers to be there, in ms

#define MILLISECONDS(Count)     (-10000LL * (Count))

typedef struct _PIN {
    struct _DEVICE_EXTENSION *Extension;
    ULONG Number;
    ULONG Delay;                        // of its reader for each frame, in ms
    PKTHREAD Reader;
    KEVENT Started;
    KEVENT Ready;                       // a frame has come
    LIST_ENTRY Frames;                  // processed, under Extension->Lock
    volatile LONG Pending;              // frames under way
    volatile LONG Produced;
    volatile LONG Consumed;
    volatile LONG Dropped;
    volatile LONG Wrong;
} PIN, *PPIN;

typedef struct _FRAME {
    LIST_ENTRY Entry;
    PPIN Pin;
    ULONG Sequence;
    UCHAR Samples[STREAM_SAMPLES];
} FRAME, *PFRAME;

typedef struct _DEVICE_EXTENSION {
    PDEVICE_OBJECT DeviceObject;
    IO_REMOVE_LOCK RemoveLock;          // a frame under way holds it
    KTIMER Timer;
    KDPC Dpc;
    PKSWORKER Worker;
    WORK_QUEUE_ITEM WorkItem;
    PIO_WORKITEM RestartItem;
    KEVENT Stop;
    KSPIN_LOCK Lock;
    LIST_ENTRY Captured;                // not processed yet, under Lock
    NPAGED_LOOKASIDE_LIST FrameList;
    PUCHAR Curve;                       // by which samples are corrected
    volatile LONG Ticks;
    volatile LONG Restarting;
    volatile LONG Restarts;
    volatile LONG Runs;                 // of the worker
    PIN Pins[STREAM_PINS];
} DEVICE_EXTENSION, *PDEVICE_EXTENSION;

//
// driver.c
//
DRIVER_INITIALIZE DriverEntry;
DRIVER_UNLOAD StreamUnload;

//
// capture.c
//
KDEFERRED_ROUTINE StreamTick;
WORKER_THREAD_ROUTINE StreamProcess;
KSTART_ROUTINE StreamReader;
IO_WORKITEM_ROUTINE StreamRestart;

_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
StreamStart(
    _In_ PDEVICE_EXTENSION Extension
    );

FORCEINLINE
UCHAR
StreamCurve(
    _In_ ULONG Level
    )
{
    return (UCHAR)(Level * Level / STREAM_LEVELS);
}
