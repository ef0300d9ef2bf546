namespace Holdfast.Cassandra;

/// <summary>Objects to be used again, by the thread that gave them back; bounded. What is given back must hold nothing any more.</summary>
internal static class Spare<T>
    where T : class, new()
{
    private const int KeepMax = 64;

    [ThreadStatic]
    private static Stack<T>? t_free;

    public static T Take() => t_free is { Count: > 0 } free ? free.Pop() : new T();

    public static void GiveBack(T item)
    {
        Stack<T> free = t_free ??= new Stack<T>();
        if (free.Count < KeepMax)
        {
            free.Push(item);
        }
    }
}
