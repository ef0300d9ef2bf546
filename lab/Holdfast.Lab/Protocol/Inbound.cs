using Holdfast.Lab.Protocol.Requests;
using Holdfast.Lab.Protocol.Responses;

namespace Holdfast.Lab.Protocol;

/// <summary>What came in: a request, or something that has to be refused.</summary>
/// <param name="Stream">To which the answer goes.</param>
/// <param name="Request">The request, or null when it is refused.</param>
/// <param name="Refusal">What to answer instead, or null.</param>
/// <param name="IsFatal">Close the connection after the answer.</param>
/// <param name="WantsTrace">The client asked for the request to be traced.</param>
internal readonly record struct Inbound(short Stream, Request? Request, ErrorResponse? Refusal, bool IsFatal, bool WantsTrace);
