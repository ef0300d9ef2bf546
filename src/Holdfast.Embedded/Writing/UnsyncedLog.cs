namespace Holdfast.Embedded.Writing;

/// <summary>Whether the log holds writes that are not known to be on disk. The writer says so, the syncer clears it.</summary>
internal sealed class UnsyncedLog
{
    private int _unsynced;

    public bool HoldsWrites => Volatile.Read(ref _unsynced) != 0;

    /// <summary>Something was written.</summary>
    public void Written() => Volatile.Write(ref _unsynced, 1);

    /// <summary>A sync begins: what is written from here on waits for the next one.</summary>
    public void Begin() => Volatile.Write(ref _unsynced, 0);

    /// <summary>The sync failed: what it was to put on disk is still not known to be there.</summary>
    public void Failed() => Volatile.Write(ref _unsynced, 1);
}
