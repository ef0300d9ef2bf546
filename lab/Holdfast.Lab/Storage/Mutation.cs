namespace Holdfast.Lab.Storage;

/// <summary>A change of one partition of one table: what a coordinator sends to replicas, and what a hint keeps.</summary>
/// <param name="Table">The table's id, new for every creation of it.</param>
/// <param name="Update">What changes.</param>
internal sealed record Mutation(Guid Table, PartitionData Update)
{
    public PartitionKey Key => Update.Key;

    public long Token => Update.Key.Token;
}
