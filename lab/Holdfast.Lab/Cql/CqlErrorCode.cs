namespace Holdfast.Lab.Cql;

/// <summary>The protocol's codes for what a statement can be refused with before any replica is asked.</summary>
internal enum CqlErrorCode
{
    Syntax = 0x2000,
    Unauthorized = 0x2100,
    Invalid = 0x2200,
    Configuration = 0x2300,
    AlreadyExists = 0x2400,
    Unprepared = 0x2500,
}
