namespace Holdfast.Lab.Commands;

/// <summary>What was typed cannot be done; the message is the one line that says why.</summary>
internal sealed class CommandMistake(string message) : Exception(message);
