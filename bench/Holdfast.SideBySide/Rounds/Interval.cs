namespace Holdfast.SideBySide.Rounds;

/// <summary>A geometric mean of ratios and its 95 % confidence interval: Student's, on the ratios' logarithms.</summary>
internal readonly record struct Interval(double Mean, double Low, double High)
{
    // The 97.5 % quantile of Student's distribution, by degrees of freedom from 1 on; beyond, the last is a little too wide.
    private static readonly double[] s_student =
    [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110,
        2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
    ];

    public static Interval OfRatios(IEnumerable<double> ratios)
    {
        double[] logs = [.. ratios.Select(ratio => Math.Log(ratio))];
        var mean = logs.Average();
        if (logs.Length < 2)
        {
            return new Interval(Math.Exp(mean), 0, double.PositiveInfinity);
        }

        var deviation = Math.Sqrt(logs.Sum(log => (log - mean) * (log - mean)) / (logs.Length - 1));
        var half = s_student[Math.Min(logs.Length - 1, s_student.Length) - 1] * deviation / Math.Sqrt(logs.Length);
        return new Interval(Math.Exp(mean), Math.Exp(mean - half), Math.Exp(mean + half));
    }
}
