using Holdfast.SideBySide.Contestants;

namespace Holdfast.SideBySide.Comparisons;

/// <summary>All contestants of a comparison, running.</summary>
internal sealed class Field : IAsyncDisposable
{
    private readonly List<Contestant> _all = [];

    public IReadOnlyList<Contestant> All => _all;

    public bool HasWebdis { get; private set; }

    public Contestant Holdfast => _all.First(contestant => contestant.Name == Starter.HoldfastName);

    public static async Task<Field> StartAsync(Starter starter, string durability, bool appendAlways)
    {
        var field = new Field();
        try
        {
            field._all.Add(await starter.BareAsync(Starter.BareName));
            field._all.Add(await starter.HoldfastAsync(durability, $"data-{ServerProcess.FreePort()}"));
            if (starter.HasWebdis)
            {
                field._all.Add(await starter.WebdisAsync(appendAlways));
                field.HasWebdis = true;
            }

            field._all.Add(await starter.BareAsync(Starter.BareTwinName));
            return field;
        }
        catch
        {
            await field.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var contestant in _all)
        {
            await contestant.DisposeAsync();
        }
    }
}
