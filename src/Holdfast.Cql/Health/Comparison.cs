namespace Holdfast.Cql.Health;

/// <summary>One coordinator beside the others: what is true of all of them is not one's fault.</summary>
internal static class Comparison
{
    /// <summary>The median of a number over the other coordinators that are Up; null where none of them has one.</summary>
    public static T? WithOthers<T>(CoordinatorHealth but, IEnumerable<CoordinatorHealth> all, Func<CoordinatorHealth, T?> read)
        where T : struct
    {
        List<T> values = [];
        foreach (CoordinatorHealth other in all)
        {
            if (other != but && other.State == CoordinatorState.Up && read(other) is { } value)
            {
                values.Add(value);
            }
        }

        values.Sort();
        return values.Count == 0 ? null : values[(values.Count - 1) / 2];
    }
}
