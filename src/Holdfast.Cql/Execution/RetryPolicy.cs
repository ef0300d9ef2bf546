using Holdfast.Cql.Coordinators;

namespace Holdfast.Cql.Execution;

/// <summary>What follows a failed attempt.</summary>
internal enum FollowUp
{
    /// <summary>Another coordinator is asked; it is paid for.</summary>
    Retry,

    /// <summary>Another coordinator is asked when the budget has room for it.</summary>
    RetryLater,

    /// <summary>Enough have been asked.</summary>
    NobodyServes,

    /// <summary>The request itself is wrong.</summary>
    Refuse,

    /// <summary>It is over, as it is for a client without protection.</summary>
    End,
}

/// <summary>The retry table applied, and the budgets of how often it may be.</summary>
internal sealed class RetryPolicy(CqlClusterOptions options)
{
    /// <summary>Other coordinators that are asked at once after an Unavailable: with the first one, four agree.</summary>
    private const int UnavailableElsewhereMax = 3;

    private readonly RetryBudget _unavailable = new(share: 0.5, perSecond: 100, TimeSpan.FromSeconds(10));

    /// <summary>
    /// For everything but refusals that cost the replicas nothing. 10 a second beside the share were tried: an instance of 30 requests a
    /// second failed some of them while three of its five coordinators hung, though it takes no more than a hundred to serve them all.
    /// </summary>
    public RetryBudget Budget { get; } = new(share: 0.2, perSecond: 100, TimeSpan.FromSeconds(10));

    /// <summary>A new request: budgets are a share of them.</summary>
    public void Request(TimeSpan now)
    {
        Budget.Request(now);
        _unavailable.Request(now);
    }

    /// <summary>What may follow, now that no attempt of the request is out.</summary>
    public FollowUp After(AttemptResult result, Operation operation, TimeSpan now)
    {
        if (!options.Protection || (options.Health.Without & result.Safeguard()) != 0)
        {
            return result is AttemptResult.Refused or AttemptResult.Unauthorized ? FollowUp.Refuse : FollowUp.End;
        }

        RetryRule rule = result.Rule();
        if (rule == RetryRule.Never)
        {
            return FollowUp.Refuse;
        }

        if (rule == RetryRule.ElsewhereAtOnce && operation.Unavailables > UnavailableElsewhereMax)
        {
            return FollowUp.NobodyServes;
        }

        // The first retry is never refused: it is what stands between one sick coordinator and a user.
        return operation.Retries == 0 || operation.IsTrial || BudgetFor(result).TryTake(now) ? FollowUp.Retry : FollowUp.RetryLater;
    }

    public RetryBudget BudgetFor(AttemptResult result) => result.Rule() == RetryRule.ElsewhereAtOnce ? _unavailable : Budget;
}
