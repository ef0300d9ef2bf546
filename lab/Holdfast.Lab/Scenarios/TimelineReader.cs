using Holdfast.Lab.Cluster;
using Holdfast.Lab.Faults;
using YamlDotNet.RepresentationModel;

namespace Holdfast.Lab.Scenarios;

/// <summary>The steps of a scenario file. Each fault is checked as if it were applied, on the nodes that there will be then.</summary>
internal sealed class TimelineReader
{
    private static readonly string[] Kinds = ["fault", "heal", "workload", "wipe"];

    private readonly ScenarioMistakes mistakes;
    private readonly TimeSpan lasts;
    private readonly List<NamedNode> nodes = [];

    private TimelineReader(ScenarioMistakes mistakes, IReadOnlyList<DatacenterOptions> datacenters, TimeSpan lasts)
    {
        this.mistakes = mistakes;
        this.lasts = lasts;
        foreach (var datacenter in datacenters)
        {
            for (var i = 0; i < datacenter.Nodes; i++)
            {
                AddNode(datacenter.Name);
            }
        }
    }

    public static IReadOnlyList<ScenarioStep> Read(
        ScenarioMistakes mistakes, ScenarioMap root, IReadOnlyList<DatacenterOptions> datacenters, TimeSpan lasts)
    {
        var reader = new TimelineReader(mistakes, datacenters, lasts);
        var maps = root.List("timeline").Select(reader.Map).OfType<(ScenarioMap Map, TimeSpan At)>().ToList();

        // A node that is added has a name from then on, wherever in the file its step stands.
        var read = maps.OrderBy(m => m.At).ToDictionary(m => m.Map, m => mistakes.Read(() => reader.Step(m.Map, m.At), null));
        return [.. maps.Select(m => read[m.Map]).OfType<ScenarioStep>()];
    }

    private (ScenarioMap Map, TimeSpan At)? Map(YamlNode node) => mistakes.Read<(ScenarioMap, TimeSpan)?>(
        () =>
        {
            var map = new ScenarioMap(mistakes, node, "at", "fault", "nodes", "with", "heal", "workload", "wipe", "note");
            var at = map.Duration("at");
            return at <= lasts ? (map, at) : throw map.Mistake("at", $"at: {map.Text("at")} is after the scenario's end");
        },
        null);

    private ScenarioStep Step(ScenarioMap map, TimeSpan at)
    {
        var note = map.Has("note") ? map.Text("note") : null;
        if (Kinds.Count(map.Has) > 1)
        {
            throw map.Mistake("at", $"a step has one of {string.Join(", ", Kinds)}");
        }

        if (!map.Has("fault") && (map.Has("nodes") || map.Has("with")))
        {
            throw map.Mistake(map.Has("nodes") ? "nodes" : "with", "nodes and with belong to a fault");
        }

        return map.Has("fault") ? new FaultStep(at, note, Fault(map))
            : map.Has("heal") ? new HealStep(at, note, Heal(map))
            : map.Has("workload") ? new WorkloadStep(at, note, IsOn(map, "workload", "neither on nor off"))
            : map.Has("wipe") ? IsOn(map, "wipe", "not true") ? new WipeStep(at, note) : throw map.Mistake("wipe", "wipe: false does nothing")
            : new NoteStep(at, note ?? throw map.Mistake("at", "a step has one of fault, heal, workload, wipe, note"));
    }

    private static string? Heal(ScenarioMap map)
    {
        var what = map.Text("heal");
        return what == "all" ? null
            : FaultCatalog.Find(what) is not null ? what
            : throw map.Mistake("heal", $"heal: {what} is neither `all` nor a kind of fault");
    }

    private static bool IsOn(ScenarioMap map, string key, string otherwise) => map.Text(key) switch
    {
        "on" or "true" => true,
        "off" or "false" => false,
        var other => throw map.Mistake(key, $"{key}: {other} is {otherwise}"),
    };

    private FaultRequest Fault(ScenarioMap map)
    {
        var arguments = map.Has("with")
            ? map.Map("with").Entries.ToDictionary(e => e.Key, e => e.Value.ToString(), StringComparer.Ordinal)
            : [];
        var request = new FaultRequest(map.Text("fault"), [.. map.List("nodes").Select(n => n.ToString())], arguments);
        try
        {
            FaultCheck.Check(request, new NodeNames(nodes));
        }
        catch (FaultRequestException refused)
        {
            throw map.Mistake("fault", refused.Message);
        }

        if (request.Kind == "add-node")
        {
            AddNode(arguments.TryGetValue("dc", out var datacenter) && datacenter.Length > 0 ? datacenter : nodes[0].Datacenter);
        }

        return request;
    }

    /// <summary>As the cluster will name it.</summary>
    private void AddNode(string datacenter) => nodes.Add(new NamedNode(
        $"{datacenter}-{nodes.Count(n => n.Datacenter == datacenter) + 1}", datacenter, new ClusterOptions().AddressOf(nodes.Count)));
}
