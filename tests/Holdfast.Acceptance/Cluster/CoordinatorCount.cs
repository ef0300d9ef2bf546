using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Holdfast.Acceptance.Cluster;

/// <summary>What one instance says, on its admin listener, of one coordinator: attempts since its start. Probes are none.</summary>
internal sealed record CoordinatorCount(string Address, string State, long Served, long Failed, long FailedAsLastResort)
{
    public static async Task<IReadOnlyList<CoordinatorCount>> ReadAsync(HttpClient http, HoldfastProcess instance)
    {
        JsonNode view = (await http.GetFromJsonAsync<JsonNode>(new Uri(instance.Admin, "admin/coordinators")))!;
        return [.. ((JsonArray)view["coordinators"]!).Select(c => new CoordinatorCount(
            (string)c!["address"]!, (string)c["state"]!, (long)c["served"]!, (long)c["failed"]!, (long)c["failedAsLastResort"]!))];
    }
}
