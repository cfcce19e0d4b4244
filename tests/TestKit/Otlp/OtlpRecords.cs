namespace StyleFarm.TestKit.Otlp;

/// <summary>A span as a collector gets it.</summary>
/// <param name="Service">The resource's <c>service.name</c>.</param>
/// <param name="Instance">The resource's <c>service.instance.id</c>.</param>
/// <param name="Source">Who made it.</param>
/// <param name="Trace">The trace's id.</param>
/// <param name="Id">Its id.</param>
/// <param name="Parent">The id of the one above; empty: none.</param>
/// <param name="Name">Its name.</param>
/// <param name="StartNanoseconds">Since 1970.</param>
/// <param name="EndNanoseconds">Since 1970.</param>
/// <param name="IsError">Whether it says that something went wrong.</param>
/// <param name="Attributes">Its attributes, as text.</param>
public sealed record OtlpSpan(string Service, string Instance, string Source, string Trace, string Id, string Parent, string Name,
    ulong StartNanoseconds, ulong EndNanoseconds, bool IsError, IReadOnlyDictionary<string, string> Attributes)
{
    internal static IEnumerable<OtlpSpan> Read(ProtoMessage request) =>
        from resource in request.All(1)
        let about = resource.One(1)!.Attributes(1)
        from scope in resource.All(2)
        from span in scope.All(2)
        select new OtlpSpan(about["service.name"], about["service.instance.id"], scope.One(1)!.Text(1), span.Hex(1), span.Hex(2), span.Hex(4), span.Text(5), span.Number(7),
            span.Number(8), span.One(15)?.Number(3) == 2, span.Attributes(9));
}

/// <summary>One series of a metric as a collector gets it.</summary>
/// <param name="Service">The resource's <c>service.name</c>.</param>
/// <param name="Meter">Who made it.</param>
/// <param name="Name">Its name.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Value">The value; of a histogram, how often something was recorded.</param>
/// <param name="Sum">The sum of a histogram; else the value.</param>
/// <param name="Attributes">Its attributes, as text.</param>
public sealed record OtlpPoint(string Service, string Meter, string Name, string Unit, double Value, double Sum,
    IReadOnlyDictionary<string, string> Attributes)
{
    internal static IEnumerable<OtlpPoint> Read(ProtoMessage request) =>
        from resource in request.All(1)
        let service = resource.One(1)!.Attributes(1)["service.name"]
        from scope in resource.All(2)
        from metric in scope.All(2)
        from point in Points(metric)
        select new OtlpPoint(
            service, scope.One(1)!.Text(1), metric.Text(1), metric.Text(3), point.Value, point.Sum, point.Attributes);

    static IEnumerable<(double Value, double Sum, Dictionary<string, string> Attributes)> Points(ProtoMessage metric)
    {
        foreach (var point in metric.All(5).Concat(metric.All(7)).SelectMany(data => data.All(1)))
        {
            var value = point.Has(6) ? (long)point.Number(6) : point.Double(4);
            yield return (value, value, point.Attributes(7));
        }

        foreach (var point in metric.All(9).SelectMany(data => data.All(1)))
            yield return (point.Number(4), point.Double(5), point.Attributes(9));
    }
}
