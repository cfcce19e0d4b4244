namespace StyleFarm.TestKit.Services;

/// <summary>A server that a cluster stands on.</summary>
public enum Service
{
    RabbitMq,
    Postgres,
    S3,
}
