using System.Text.Json;
using System.Text.Json.Serialization;

namespace Holdfast.Admin;

/// <summary>What the admin listener is asked for: where, on the server's own disk, the backup shall lie.</summary>
internal sealed record BackupRequest([property: JsonRequired] string Directory);

/// <summary>
/// One line of the answer. Each says how far the backup is; the last one says that it is done, or why it is not. An answer
/// that ends without such a line was cut off, and so was the backup.
/// </summary>
internal sealed record BackupLine(long BytesDone, long BytesTotal, bool Done = false, string? Error = null);

/// <summary>How they are written.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(BackupRequest))]
[JsonSerializable(typeof(BackupLine))]
internal sealed partial class BackupJson : JsonSerializerContext;
