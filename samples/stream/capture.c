// SPDX-License-Identifier: GPL-2.0-only
/*++

Module Name:

    capture.c

Abstract:

    The way of a frame: captured at DISPATCH_LEVEL by the device's DPC,
    processed by the counted worker, consumed by the reader of its pin.

Environment:

    Kernel mode only.

--*/

#include "stream.h"

static
_IRQL_requires_(DISPATCH_LEVEL)
VOID
StreamCapture(
    _In_ PDEVICE_EXTENSION Extension,
    _Inout_ PPIN Pin
    );

static
_IRQL_requires_(PASSIVE_LEVEL)
VOID
StreamConsume(
    _In_ PDEVICE_EXTENSION Extension,
    _Inout_ PPIN Pin,
    _In_ __drv_freesMem(Mem) PFRAME Frame
    );

static
_IRQL_requires_max_(DISPATCH_LEVEL)
VOID
StreamQueueRestart(
    _In_ PDEVICE_EXTENSION Extension
    );

#ifdef ALLOC_PRAGMA
#pragma alloc_text(PAGE, StreamProcess)
#pragma alloc_text(PAGE, StreamReader)
#pragma alloc_text(PAGE, StreamConsume)
#pragma alloc_text(PAGE, StreamRestart)
#endif

_Use_decl_annotations_
VOID
StreamStart(
    PDEVICE_EXTENSION Extension
    )
{
    LARGE_INTEGER dueTime;

    dueTime.QuadPart = MILLISECONDS(STREAM_PERIOD);
    KeSetTimerEx(&Extension->Timer, dueTime, STREAM_PERIOD, &Extension->Dpc);
}

_Use_decl_annotations_
VOID
StreamTick(
    PKDPC Dpc,
    PVOID DeferredContext,
    PVOID SystemArgument1,
    PVOID SystemArgument2
    )
{
    PDEVICE_EXTENSION extension = DeferredContext;
    ULONG pin;
    ULONG i;

    UNREFERENCED_PARAMETER(Dpc);
    UNREFERENCED_PARAMETER(SystemArgument1);
    UNREFERENCED_PARAMETER(SystemArgument2);

    for (pin = 0; pin < STREAM_PINS; pin++) {
        for (i = 0; i < STREAM_BURST; i++) {
            StreamCapture(extension, &extension->Pins[pin]);
        }
    }

    //
    // Devices do that. The reader of a pin is going to notice.
    //
    if (InterlockedIncrement(&extension->Ticks) % STREAM_STALL == 0) {
        KeCancelTimer(&extension->Timer);
    }
}

_Use_decl_annotations_
VOID
StreamCapture(
    PDEVICE_EXTENSION Extension,
    PPIN Pin
    )
{
    PFRAME frame = NULL;
    ULONG i;

    if (InterlockedIncrement(&Pin->Pending) <= STREAM_DEPTH) {
        frame = ExAllocateFromNPagedLookasideList(&Extension->FrameList);
    }

    if (frame != NULL &&
        !NT_SUCCESS(IoAcquireRemoveLock(&Extension->RemoveLock, frame))) {
        ExFreeToNPagedLookasideList(&Extension->FrameList, frame);
        frame = NULL;
    }

    if (frame == NULL) {
        InterlockedDecrement(&Pin->Pending);
        InterlockedIncrement(&Pin->Dropped);
        InterlockedIncrement(&Pin->Produced);
        return;
    }

    frame->Pin = Pin;
    frame->Sequence = (ULONG)InterlockedIncrement(&Pin->Produced);
    for (i = 0; i < STREAM_SAMPLES; i++) {
        frame->Samples[i] = (UCHAR)(frame->Sequence + i);
    }

    ExInterlockedInsertTailList(&Extension->Captured, &frame->Entry, &Extension->Lock);
    KsIncrementCountedWorker(Extension->Worker);
}

_Use_decl_annotations_
VOID
StreamProcess(
    PVOID Parameter
    )
{
    PDEVICE_EXTENSION extension = Parameter;
    PLIST_ENTRY entry;
    PFRAME frame;
    PPIN pin;
    ULONG i;

    PAGED_CODE();

    InterlockedIncrement(&extension->Runs);

    //
    // One frame is there for each time that the worker was incremented.
    //
    do {
        entry = ExInterlockedRemoveHeadList(&extension->Captured, &extension->Lock);
        NT_ASSERT(entry != NULL);
        frame = CONTAINING_RECORD(entry, FRAME, Entry);
        pin = frame->Pin;

        for (i = 0; i < STREAM_SAMPLES; i++) {
            frame->Samples[i] = extension->Curve[frame->Samples[i]];
        }

        ExInterlockedInsertTailList(&pin->Frames, entry, &extension->Lock);
        KeSetEvent(&pin->Ready, IO_NO_INCREMENT, FALSE);
    } while (KsDecrementCountedWorker(extension->Worker) > 0);
}

_Use_decl_annotations_
VOID
StreamReader(
    PVOID StartContext
    )
{
    PPIN pin = StartContext;
    PDEVICE_EXTENSION extension = pin->Extension;
    PVOID objects[] = { &extension->Stop, &pin->Ready };
    LARGE_INTEGER timeout;
    PLIST_ENTRY entry;
    NTSTATUS status;

    PAGED_CODE();

    KeSetEvent(&pin->Started, IO_NO_INCREMENT, FALSE);

    do {
        timeout.QuadPart = MILLISECONDS(STREAM_TIMEOUT);
        status = KeWaitForMultipleObjects(ARRAYSIZE(objects), objects, WaitAny, Executive,
                                          KernelMode, FALSE, &timeout, NULL);
        if (status == STATUS_TIMEOUT) {
            StreamQueueRestart(extension);
            continue;
        }

        while ((entry = ExInterlockedRemoveHeadList(&pin->Frames, &extension->Lock)) != NULL) {
            StreamConsume(extension, pin, CONTAINING_RECORD(entry, FRAME, Entry));
        }
    } while (status != STATUS_WAIT_0);

    PsTerminateSystemThread(STATUS_SUCCESS);
}

_Use_decl_annotations_
VOID
StreamConsume(
    PDEVICE_EXTENSION Extension,
    PPIN Pin,
    PFRAME Frame
    )
{
    LARGE_INTEGER delay;
    ULONG i;

    PAGED_CODE();

    for (i = 0; i < STREAM_SAMPLES; i++) {
        if (Frame->Samples[i] != StreamCurve((UCHAR)(Frame->Sequence + i))) {
            InterlockedIncrement(&Pin->Wrong);
            break;
        }
    }

    if (Pin->Delay != 0) {
        delay.QuadPart = MILLISECONDS(Pin->Delay);
        KeDelayExecutionThread(KernelMode, FALSE, &delay);
    }

    InterlockedIncrement(&Pin->Consumed);
    InterlockedDecrement(&Pin->Pending);
    ExFreeToNPagedLookasideList(&Extension->FrameList, Frame);
    IoReleaseRemoveLock(&Extension->RemoveLock, Frame);
}

_Use_decl_annotations_
VOID
StreamQueueRestart(
    PDEVICE_EXTENSION Extension
    )
{
    //
    // The readers of both pins see the stall. One work item is enough, and
    // that of a device that is being removed is not queued any more.
    //
    if (InterlockedCompareExchange(&Extension->Restarting, TRUE, FALSE) != FALSE) {
        return;
    }

    if (!NT_SUCCESS(IoAcquireRemoveLock(&Extension->RemoveLock, Extension->RestartItem))) {
        return;
    }

    IoQueueWorkItem(Extension->RestartItem, StreamRestart, DelayedWorkQueue, Extension);
}

_Use_decl_annotations_
VOID
StreamRestart(
    PDEVICE_OBJECT DeviceObject,
    PVOID Context
    )
{
    PDEVICE_EXTENSION extension = DeviceObject->DeviceExtension;

    PAGED_CODE();
    NT_ASSERT(extension == Context);
    UNREFERENCED_PARAMETER(Context);

    InterlockedIncrement(&extension->Restarts);
    StreamStart(extension);
    InterlockedExchange(&extension->Restarting, FALSE);
    IoReleaseRemoveLock(&extension->RemoveLock, extension->RestartItem);
}
