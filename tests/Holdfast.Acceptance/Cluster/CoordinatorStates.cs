using System.Globalization;

namespace Holdfast.Acceptance.Cluster;

/// <summary>What an instance says of its coordinators in its metrics.</summary>
internal static class CoordinatorStates
{
    /// <summary>True when every coordinator is Up.</summary>
    public static async Task<bool> AllUpAsync(Uri root) => (await ReadAsync(root)).All(state => state.Value == "Up");

    /// <summary>The state of each coordinator, by address.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> ReadAsync(Uri root)
    {
        using HttpClient http = new();
        string metrics = await http.GetStringAsync(new Uri(root, "metrics"));
        Dictionary<string, string> states = [];
        foreach (string line in metrics.Split('\n').Where(line => line.StartsWith("holdfast_coordinator_state{", StringComparison.Ordinal)))
        {
            string[] parts = line[(line.LastIndexOf('}') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (double.Parse(parts[0], CultureInfo.InvariantCulture) == 1)
            {
                states[Label(line, "coordinator")] = Label(line, "state");
            }
        }

        return states;
    }

    private static string Label(string line, string name)
    {
        int at = line.IndexOf(name + "=\"", StringComparison.Ordinal) + name.Length + 2;
        return line[at..line.IndexOf('"', at)];
    }
}
