global using ConsistencyLevel = Holdfast.Lab.Protocol.ConsistencyLevel;
