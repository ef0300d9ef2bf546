using Holdfast.Commands;

return await HoldfastCommandLine.RunAsync(args);
