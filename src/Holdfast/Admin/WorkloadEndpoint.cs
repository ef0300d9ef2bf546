using System.Text.Json;
using System.Text.Json.Serialization;
using Holdfast.Http;
using Holdfast.Insight.Workload;

namespace Holdfast.Admin;

/// <summary>GET /admin/workload: what was asked of this instance by namespace, and the keys that are rewritten most, as keyed hashes.</summary>
internal static class WorkloadEndpoint
{
    public const string Path = "/admin/workload";

    /// <param name="listenAddress">The admin listener's configured address: a name it may be called by.</param>
    /// <param name="workload">What counts; null when nothing does.</param>
    public static AdminEndpoint Create(string listenAddress, WorkloadSessionStore? workload) => new(
        "GET",
        Path,
        (context, _) => BrowserDefence.Check(context, listenAddress) is { } refusal ? AdminExchange.RefuseAsync(context, refusal)
            : workload is null ? AdminExchange.RefuseAsync(context, new(
                "Not implemented", StatusCodes.Status501NotImplemented, "Requests are not counted; workload.enabled is false."))
            : AdminExchange.AnswerAsync(context, workload.Report(), WorkloadJson.Default.WorkloadReport));
}

/// <summary>How the report is written.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(WorkloadReport))]
internal sealed partial class WorkloadJson : JsonSerializerContext;
