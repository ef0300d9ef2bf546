using YamlDotNet.RepresentationModel;

namespace Holdfast.Lab.Scenarios;

/// <summary>What is wrong with one file. Reading goes on after a mistake, so that all of them are told at once.</summary>
internal sealed class ScenarioMistakes(string file)
{
    private readonly List<ScenarioException> all = [];

    public ScenarioException At(YamlNode where, string message) => new(file, where.Start.Line, message);

    public void Add(ScenarioException mistake) => all.Add(mistake);

    /// <summary>What is read, or something in its place that nobody will run.</summary>
    public T Read<T>(Func<T> read, T otherwise)
    {
        try
        {
            return read();
        }
        catch (ScenarioException mistake)
        {
            all.Add(mistake);
            return otherwise;
        }
    }

    public void ThrowIfAny()
    {
        if (all.Count > 0)
        {
            throw new ScenarioException(all);
        }
    }
}
