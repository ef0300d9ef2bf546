namespace Holdfast.Acceptance.MediaWiki;

/// <summary>What came of one edit.</summary>
/// <param name="Editor">Who made it.</param>
/// <param name="IsOk">The wiki stored a new revision.</param>
/// <param name="IsSessionLost">The wiki did not know the user any more.</param>
/// <param name="Error">The wiki's own words when it was not stored.</param>
internal sealed record EditOutcome(string Editor, bool IsOk, bool IsSessionLost, string Error);
