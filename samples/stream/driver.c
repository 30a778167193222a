// SPDX-License-Identifier: GPL-2.0-only
/*++

Module Name:

    driver.c

Abstract:

    Loading and unloading of the stream sample.

Environment:

    Kernel mode only.

--*/

#include "stream.h"

static
_IRQL_requires_(PASSIVE_LEVEL)
_Must_inspect_result_
NTSTATUS
StreamCreateReaders(
    _In_ PDEVICE_EXTENSION Extension
    );

static
_IRQL_requires_(PASSIVE_LEVEL)
VOID
StreamRemove(
    _In_ PDEVICE_EXTENSION Extension
    );

#ifdef ALLOC_PRAGMA
#pragma alloc_text(INIT, DriverEntry)
#pragma alloc_text(INIT, StreamCreateReaders)
#pragma alloc_text(PAGE, StreamRemove)
#pragma alloc_text(PAGE, StreamUnload)
#endif

_Use_decl_annotations_
NTSTATUS
DriverEntry(
    PDRIVER_OBJECT DriverObject,
    PUNICODE_STRING RegistryPath
    )
{
    PDEVICE_OBJECT deviceObject;
    PDEVICE_EXTENSION extension;
    NTSTATUS status;
    ULONG i;

    PAGED_CODE();
    UNREFERENCED_PARAMETER(RegistryPath);

    status = IoCreateDevice(DriverObject, sizeof(DEVICE_EXTENSION), NULL, FILE_DEVICE_KS,
                            FILE_DEVICE_SECURE_OPEN, FALSE, &deviceObject);
    if (!NT_SUCCESS(status)) {
        return status;
    }

    extension = deviceObject->DeviceExtension;
    extension->DeviceObject = deviceObject;
    IoInitializeRemoveLock(&extension->RemoveLock, STREAM_TAG, 0, 0);
    KeInitializeTimerEx(&extension->Timer, SynchronizationTimer);
    KeInitializeDpc(&extension->Dpc, StreamTick, extension);
    KeInitializeEvent(&extension->Stop, NotificationEvent, FALSE);
    KeInitializeSpinLock(&extension->Lock);
    InitializeListHead(&extension->Captured);
    ExInitializeNPagedLookasideList(&extension->FrameList, NULL, NULL, POOL_NX_ALLOCATION,
                                    sizeof(FRAME), STREAM_TAG, 0);
    NT_VERIFY(NT_SUCCESS(IoAcquireRemoveLock(&extension->RemoveLock, deviceObject)));

    for (i = 0; i < STREAM_PINS; i++) {
        extension->Pins[i].Extension = extension;
        extension->Pins[i].Number = i;
        extension->Pins[i].Delay = i;   // the second is too slow
        KeInitializeEvent(&extension->Pins[i].Started, NotificationEvent, FALSE);
        KeInitializeEvent(&extension->Pins[i].Ready, SynchronizationEvent, FALSE);
        InitializeListHead(&extension->Pins[i].Frames);
    }

    extension->Curve = ExAllocatePool2(POOL_FLAG_PAGED, STREAM_LEVELS, STREAM_TAG);
    extension->RestartItem = IoAllocateWorkItem(deviceObject);
    if (extension->Curve == NULL || extension->RestartItem == NULL) {
        status = STATUS_INSUFFICIENT_RESOURCES;
        goto Failed;
    }
    for (i = 0; i < STREAM_LEVELS; i++) {
        extension->Curve[i] = StreamCurve(i);
    }

    ExInitializeWorkItem(&extension->WorkItem, StreamProcess, extension);
    status = KsRegisterCountedWorker(CriticalWorkQueue, &extension->WorkItem, &extension->Worker);
    if (!NT_SUCCESS(status)) {
        goto Failed;
    }

    status = StreamCreateReaders(extension);
    if (!NT_SUCCESS(status)) {
        goto Failed;
    }

    deviceObject->Flags &= ~DO_DEVICE_INITIALIZING;
    DriverObject->DriverUnload = StreamUnload;
    StreamStart(extension);
    return STATUS_SUCCESS;

Failed:
    StreamRemove(extension);
    return status;
}

_Use_decl_annotations_
NTSTATUS
StreamCreateReaders(
    PDEVICE_EXTENSION Extension
    )
{
    PVOID started[STREAM_PINS];
    LARGE_INTEGER timeout;
    HANDLE thread;
    NTSTATUS status;
    ULONG i;

    PAGED_CODE();

    for (i = 0; i < STREAM_PINS; i++) {
        status = PsCreateSystemThread(&thread, THREAD_ALL_ACCESS, NULL, NULL, NULL, StreamReader,
                                      &Extension->Pins[i]);
        if (!NT_SUCCESS(status)) {
            return status;
        }

        //
        // The reference is what StreamRemove() waits for; the handle has done
        // its work.
        //
        NT_VERIFY(NT_SUCCESS(ObReferenceObjectByHandle(thread, THREAD_ALL_ACCESS, *PsThreadType,
                                                       KernelMode,
                                                       (PVOID *)&Extension->Pins[i].Reader,
                                                       NULL)));
        ZwClose(thread);
        started[i] = &Extension->Pins[i].Started;
    }

    timeout.QuadPart = MILLISECONDS(STREAM_START_TIMEOUT);
    status = KeWaitForMultipleObjects(STREAM_PINS, started, WaitAll, Executive, KernelMode, FALSE,
                                      &timeout, NULL);
    return status == STATUS_TIMEOUT ? STATUS_IO_TIMEOUT : status;
}

_Use_decl_annotations_
VOID
StreamRemove(
    PDEVICE_EXTENSION Extension
    )
{
    PDEVICE_OBJECT deviceObject = Extension->DeviceObject;
    PVOID readers[STREAM_PINS];
    ULONG count = 0;
    ULONG i;

    PAGED_CODE();

    //
    // No frame is captured and no restart queued from here on, though the
    // device ticks on; those that are under way come to their end.
    //
    IoReleaseRemoveLockAndWait(&Extension->RemoveLock, deviceObject);

    KeCancelTimer(&Extension->Timer);
    KeFlushQueuedDpcs();

    KeSetEvent(&Extension->Stop, IO_NO_INCREMENT, FALSE);
    for (i = 0; i < STREAM_PINS; i++) {
        if (Extension->Pins[i].Reader != NULL) {
            readers[count++] = Extension->Pins[i].Reader;
        }
    }
    if (count != 0) {
        KeWaitForMultipleObjects(count, readers, WaitAll, Executive, KernelMode, FALSE, NULL,
                                 NULL);
    }
    while (count != 0) {
        ObDereferenceObject(readers[--count]);
    }

    if (Extension->Worker != NULL) {
        KsUnregisterWorker(Extension->Worker);
    }
    NT_ASSERT(IsListEmpty(&Extension->Captured));
    ExDeleteNPagedLookasideList(&Extension->FrameList);
    if (Extension->Curve != NULL) {
        ExFreePoolWithTag(Extension->Curve, STREAM_TAG);
    }
    if (Extension->RestartItem != NULL) {
        IoFreeWorkItem(Extension->RestartItem);
    }

    //
    // A reference keeps the extension, for the sums.
    //
    IoDeleteDevice(deviceObject);
}

_Use_decl_annotations_
VOID
StreamUnload(
    PDRIVER_OBJECT DriverObject
    )
{
    PDEVICE_OBJECT deviceObject = DriverObject->DeviceObject;
    PDEVICE_EXTENSION extension = deviceObject->DeviceExtension;
    BOOLEAN good = TRUE;
    PPIN pin;
    ULONG i;

    PAGED_CODE();

    ObReferenceObject(deviceObject);
    StreamRemove(extension);

    for (i = 0; i < STREAM_PINS; i++) {
        pin = &extension->Pins[i];
        DbgPrint("stream: pin %lu: produced %ld = consumed %ld + dropped %ld; wrong %ld\n",
                 pin->Number, pin->Produced, pin->Consumed, pin->Dropped, pin->Wrong);
        good = good && pin->Produced == pin->Consumed + pin->Dropped &&
               pin->Pending == 0 && pin->Wrong == 0 && IsListEmpty(&pin->Frames);
    }
    DbgPrint("stream: %ld ticks, %ld restarts, %ld runs of the worker: the sums %s\n",
             extension->Ticks, extension->Restarts, extension->Runs,
             good ? "come out" : "DO NOT COME OUT");
    ObDereferenceObject(deviceObject);
}
