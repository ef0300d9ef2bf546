namespace Holdfast.Load.Protocol;

/// <summary>How a server is spoken to.</summary>
internal enum Dialect
{
    /// <summary>Kask's contract: Holdfast and the bare host.</summary>
    Kask,

    /// <summary>webdis: Redis commands as paths.</summary>
    Webdis,
}

/// <summary>What is asked.</summary>
internal enum Operation
{
    /// <summary>Reads of keys that are stored.</summary>
    GetHit,

    /// <summary>Reads of keys that were never stored.</summary>
    GetMiss,

    /// <summary>Writes, with a life of a day.</summary>
    Post,

    /// <summary>Writes of every key once, in order, to fill a store.</summary>
    Fill,
}
