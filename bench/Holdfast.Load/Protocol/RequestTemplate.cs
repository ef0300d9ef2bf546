using System.Text;

namespace Holdfast.Load.Protocol;

/// <summary>A request's bytes, with the places where key and value go, and what the right answer is.</summary>
internal sealed class RequestTemplate
{
    private const string Prefix = "mw%3AMWSession%3A";

    // What MediaWiki sends with every request.
    private const string ClientHeaders = "Host: 127.0.0.1\r\nAccept: */*\r\nuser-agent: wikimedia/multi-http-client v1.0\r\n";

    private RequestTemplate(string beforeKey, string afterKey, int bodyLength, int status, int length, bool checksBody)
    {
        KeyOffset = beforeKey.Length;
        var head = Encoding.ASCII.GetBytes(beforeKey + new string('k', SessionSet.KeyLength) + afterKey);
        BodyOffset = head.Length;
        BodyLength = bodyLength;
        Bytes = new byte[head.Length + bodyLength];
        head.CopyTo(Bytes, 0);
        Status = status;
        Length = length;
        ChecksBody = checksBody;
    }

    public byte[] Bytes { get; }

    public int KeyOffset { get; }

    public int BodyOffset { get; }

    public int BodyLength { get; }

    /// <summary>The status that the right answer has.</summary>
    public int Status { get; }

    /// <summary>The length of the right answer's body; negative when it may have any.</summary>
    public int Length { get; }

    /// <summary>True when the right answer's body is the session's value.</summary>
    public bool ChecksBody { get; }

    public static RequestTemplate For(Dialect dialect, Operation operation, string basePath, int valueBytes)
    {
        var webdis = dialect == Dialect.Webdis;
        if (operation is Operation.Post or Operation.Fill)
        {
            var after = (webdis ? "/86400" : "") + " HTTP/1.1\r\n" + ClientHeaders
                + "content-type: application/octet-stream\r\ncontent-length: " + valueBytes + "\r\n\r\n";
            return webdis
                ? new RequestTemplate("PUT /SETEX/" + Prefix, after, valueBytes, 200, -1, checksBody: false)
                : new RequestTemplate("POST " + basePath + Prefix, after, valueBytes, 201, 0, checksBody: false);
        }

        var hit = operation == Operation.GetHit;
        var tail = (webdis ? ".txt" : "") + " HTTP/1.1\r\n" + ClientHeaders + "content-length: 0\r\n\r\n";
        return new RequestTemplate(
            "GET " + (webdis ? "/GET/" : basePath) + Prefix, tail, 0, hit ? 200 : 404, hit ? valueBytes : -1, hit);
    }
}
