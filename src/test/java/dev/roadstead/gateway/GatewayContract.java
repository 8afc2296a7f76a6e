package dev.roadstead.gateway;

/** Everything that clients may rely on, over HTTP, whatever engine is behind the gateway. */
public interface GatewayContract
        extends CreatingOverHttp,
                ActionsOverHttp,
                ListingOverHttp,
                LogsOverHttp,
                ExecOverHttp,
                InsightOverHttp,
                FilesOverHttp,
                ImagesOverHttp,
                VolumesOverHttp,
                NetworksOverHttp,
                OperationsOverHttp,
                SessionsOverSocket,
                MainProcessOverSocket,
                StreamsOverSocket,
                EventsOverHttp,
                UpdatesOverHttp,
                ClonesOverHttp,
                SnapshotsOverHttp,
                PodsOverHttp,
                PruningOverHttp,
                LoadingOverHttp,
                ProblemsOverHttp {}
