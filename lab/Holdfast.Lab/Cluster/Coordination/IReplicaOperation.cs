namespace Holdfast.Lab.Cluster.Coordination;

/// <summary>A request under way at a coordinator: replicas answer it until it is over or its time runs out.</summary>
internal interface IReplicaOperation
{
    long Id { get; }

    bool IsOver { get; }

    void Respond(int node, ReplicaResponse response);
}
