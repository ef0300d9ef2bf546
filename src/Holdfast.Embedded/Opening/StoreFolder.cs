using Holdfast.Embedded.Native;
using Holdfast.Embedded.Recovery;

namespace Holdfast.Embedded.Opening;

/// <summary>
/// The folder on disk: what belongs there, and every check that is made before RocksDB may touch it. Once open it holds
/// the lock that keeps other processes out.
/// </summary>
/// <remarks>
/// Layout: <c>LOCK</c>, <c>FORMAT</c> (one line, written last when the folder is made), <c>CREATING</c> (there only while it
/// is made), <c>db/</c> (RocksDB). Nothing is ever made in a folder that holds anything else.
/// </remarks>
internal sealed class StoreFolder : IDisposable
{
    /// <summary>The format that this version writes, and the newest it reads.</summary>
    public const int FormatVersion = 1;

    /// <summary>RocksDB's folder within ours.</summary>
    public const string DatabaseName = "db";

    private const string FormatName = "FORMAT";
    private const string FormatPrefix = "holdfast embedded store, format ";
    private const string CreatingName = "CREATING";
    private const string LockName = "LOCK";

    // No reason to refuse a folder: a filesystem's own folder at the root of a mount, and a first step cut off.
    private static readonly string[] Ignored = [LockName, "lost+found", CreatingName + ".tmp"];

    // What .NET answers when another process holds a file: EWOULDBLOCK of Linux and macOS, Windows' sharing violation.
    private static readonly int[] Held = [11, 35, unchecked((int)0x80070020)];

    private readonly FileStream _lock;

    private StoreFolder(string path, FileStream @lock)
    {
        Path = path;
        _lock = @lock;
    }

    public string Path { get; }

    public string Database => System.IO.Path.Combine(Path, DatabaseName);

    private string Format => System.IO.Path.Combine(Path, FormatName);

    private string Creating => System.IO.Path.Combine(Path, CreatingName);

    /// <summary>Checks, locks and opens or creates.</summary>
    /// <exception cref="StoreOpenException">The folder cannot be used; nothing in it was changed.</exception>
    public static (StoreFolder Folder, RocksDatabase Database) Open(string path, TimeProvider time)
    {
        string full = System.IO.Path.GetFullPath(path);
        StoreFolder? folder = null;
        try
        {
            RefuseForeign(full);
            DurableFile.MakePrivateFolder(full);
            folder = new StoreFolder(full, Lock(full));
            RefuseForeign(full); // again, now that nobody else can be making it
            RocksDatabase database = folder.Exists ? folder.OpenExisting(time) : folder.Create(time);
            return (folder, database);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            folder?.Dispose();
            throw new StoreOpenException($"{full}: cannot be used as the data folder: {error.Message}", error);
        }
        catch
        {
            folder?.Dispose();
            throw;
        }
    }

    /// <summary>True for a folder that does not exist or holds nothing, where a store may be made or restored.</summary>
    public static bool IsAbsentOrEmpty(string path) => !File.Exists(path)
        && (!Directory.Exists(path) || !Directory.EnumerateFileSystemEntries(path).Any(entry => !IsIgnored(entry)));

    /// <summary>Makes the folder a store: the last step of making or restoring one.</summary>
    public static void WriteFormat(string path) =>
        DurableFile.Write(System.IO.Path.Combine(path, FormatName), FormatPrefix + FormatVersion + "\n");

    public void Dispose() => _lock.Dispose();

    private bool Exists => File.Exists(Format);

    private RocksDatabase OpenExisting(TimeProvider time)
    {
        CheckFormat(File.ReadAllText(Format));
        if (!File.Exists(System.IO.Path.Combine(Database, "CURRENT")))
        {
            throw new StoreOpenException(
                $"{Database}: CURRENT is missing, so the database cannot be opened without losing data. "
                + "Nothing was changed. Put the file back, or restore a backup into an empty folder.");
        }

        RefuseDamagedLogs();
        try
        {
            RocksDatabase database = RocksDatabase.Open(Database, time, create: false);

            // Left when the making was cut off after its last step. Were FORMAT lost later, it would call the data unfinished.
            File.Delete(Creating);
            return database;
        }
        catch (RocksDbException error)
        {
            throw new StoreOpenException(
                $"{Database}: the database is damaged or incomplete and was not opened: {SafeReason.Of(error)}. "
                + "Nothing was dropped. Put back what is missing, or restore a backup into an empty folder.", error);
        }
    }

    private void RefuseDamagedLogs()
    {
        foreach (string log in Directory.EnumerateFiles(Database, "*.log").Order(StringComparer.Ordinal))
        {
            if (LogRecords.FindDamage(log) is { } damage)
            {
                throw new StoreOpenException(
                    $"{log}: the database is damaged or incomplete and was not opened: {damage}. "
                    + "Nothing was dropped. Put back what is missing, or restore a backup into an empty folder.");
            }
        }
    }

    private RocksDatabase Create(TimeProvider time)
    {
        if (Directory.Exists(Database))
        {
            Directory.Delete(Database, recursive: true); // CREATING stands beside it: nothing was ever acknowledged from it
        }

        DurableFile.Write(Creating, "a store is being made here\n");
        try
        {
            RocksDatabase database = RocksDatabase.Open(Database, time, create: true);
            WriteFormat(Path);
            File.Delete(Creating);
            DurableFile.SyncFolder(Path);
            return database;
        }
        catch (RocksDbException error)
        {
            throw new StoreOpenException($"{Database}: no database could be made: {SafeReason.Of(error)}", error);
        }
    }

    private void CheckFormat(string text)
    {
        string line = text.TrimEnd('\n', '\r');
        if (!line.StartsWith(FormatPrefix, StringComparison.Ordinal)
            || !int.TryParse(line.AsSpan(FormatPrefix.Length), out int version) || version < 1)
        {
            throw new StoreOpenException($"{Format}: is not the FORMAT file of a Holdfast store. Nothing was changed.");
        }

        if (version > FormatVersion)
        {
            throw new StoreOpenException(
                $"{Format}: the store has format {version} and this version of Holdfast reads up to {FormatVersion}. "
                + "Nothing was changed. Use the version that wrote it, or a newer one.");
        }
    }

    /// <summary>Refuses what is neither nothing nor ours.</summary>
    private static void RefuseForeign(string path)
    {
        if (File.Exists(path))
        {
            throw new StoreOpenException($"{path}: is a file; the data folder must be a folder.");
        }

        bool ours = File.Exists(System.IO.Path.Combine(path, FormatName))
            || File.Exists(System.IO.Path.Combine(path, CreatingName));
        if (!ours && !IsAbsentOrEmpty(path))
        {
            throw new StoreOpenException(
                $"{path}: holds other files and is not a Holdfast store. Nothing was changed. "
                + "Name an empty or absent folder in storage.embedded.path.");
        }
    }

    private static bool IsIgnored(string entry) => Ignored.Contains(System.IO.Path.GetFileName(entry));

    private static FileStream Lock(string path)
    {
        string file = System.IO.Path.Combine(path, LockName);
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (Held.Contains(error.HResult))
        {
            throw new StoreOpenException(
                $"{path}: is in use by another process, which holds {file}. One process at a time may open a store.", error);
        }
    }
}
