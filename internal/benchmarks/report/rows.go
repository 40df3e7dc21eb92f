package main

// peersBenchmark is the benchmark that has other libraries beside the SDK.
const peersBenchmark = "^BenchmarkPeers$"

// rows are what is measured, in the order of the report.
var rows = []row{
	{
		name: "decode", work: "Decode the 10,000-VM reply",
		benchmark: "^BenchmarkDecode$", benchtime: "1s", samples: 10,
		profiled: "^BenchmarkDecode$/^zstack$", profileTime: "3s",
		claims: []claim{
			{
				reach: "at most 0.13 of encoding/json", limit: 0.13,
				value: nanoseconds("Decode/zstack").over(nanoseconds("Decode/encoding-json")),
				figures: []figure{
					{"SDK", nanoseconds("Decode/zstack").times(1e-6), "ms"},
					{"encoding/json", nanoseconds("Decode/encoding-json").times(1e-6), "ms"},
					{"SDK with subtypes", nanoseconds("Decode/zstack-subtypes").times(1e-6), "ms"},
				},
			},
			{
				reach: "no longer than tokenising alone", limit: 1,
				value:   nanoseconds("Decode/zstack").over(nanoseconds("Decode/jsontext")),
				figures: []figure{{"jsontext", nanoseconds("Decode/jsontext").times(1e-6), "ms"}},
			},
			{
				reach: "at most 2.2 allocations a VM", limit: 2.2, unit: "a VM",
				value: allocations("Decode/zstack").times(1.0 / vms),
				figures: []figure{
					{"encoding/json", allocations("Decode/encoding-json").times(1.0 / vms), "a VM"},
					{"SDK", reported("Decode/zstack B/op").times(1.0 / mb), "MB in all"},
					{"encoding/json", reported("Decode/encoding-json B/op").times(1.0 / mb), "MB in all"},
				},
			},
		},
		about: `A reply of 24 MB to QueryVmInstance: 10,000 VM instances with one NIC and two volumes
each, timestamps as "Nov 14, 2017 10:20:57 PM", one size in eight as 8.589934592E9, and a schema with a path for each
VM, NIC and volume. The SDK's time is that of a whole Call whose transport hands the reply over from memory, without
saying how long it is. encoding/json (v1) decodes the same bytes, with nothing to read, into plain structs of the same
fields, which keep sizes as floats and timestamps as strings, and does nothing with the schema. Tokenising is
jsontext.Decoder.ReadToken to the end. "With subtypes" is a reply in which one VM in a hundred is a subtype.`,
	},
	{
		name: "peers", work: "The same reply beside other libraries",
		benchmark: peersBenchmark, benchtime: "0.5s", samples: 15,
		claims: []claim{
			{
				reach: "at most 0.75 of sonic", limit: 0.75,
				value: nanoseconds("Peers/zstack").over(nanoseconds("Peers/sonic")),
				figures: []figure{
					{"SDK", nanoseconds("Peers/zstack").times(1e-6), "ms"},
					{"sonic", nanoseconds("Peers/sonic").times(1e-6), "ms"},
				},
			},
			{
				reach: "no longer than sonic's fastest", limit: 1,
				value:   nanoseconds("Peers/zstack").over(nanoseconds("Peers/sonic-fastest")),
				figures: []figure{{"sonic.ConfigFastest", nanoseconds("Peers/sonic-fastest").times(1e-6), "ms"}},
			},
			{
				reach: "at most 0.75 of goccy/go-json", limit: 0.75,
				value: nanoseconds("Peers/zstack").over(nanoseconds("Peers/goccy")),
				figures: []figure{
					{"goccy/go-json", nanoseconds("Peers/goccy").times(1e-6), "ms"},
					{"segmentio", nanoseconds("Peers/segmentio").times(1e-6), "ms"},
					{"json/v2", nanoseconds("Peers/json-v2").times(1e-6), "ms"},
				},
			},
			{
				reach: "at most 0.13 of encoding/json", limit: 0.13,
				value:   nanoseconds("Peers/zstack").over(nanoseconds("Peers/encoding-json")),
				figures: []figure{{"encoding/json", nanoseconds("Peers/encoding-json").times(1e-6), "ms"}},
			},
		},
		about: `Each library decodes the reply from memory into the plain structs, as encoding/json does above; the
SDK's time is that of the whole Call, with timestamps, exact sizes and the schema. sonic's strings are parts of the
reply, which they keep in memory. The benchmark is a module of its own (internal/benchmarks/peers).`,
	},
	{
		name: "arrival", work: "1,000 VMs off a socket",
		benchmark: "^BenchmarkArrival$", benchtime: "0.5s", quick: "2x", samples: 9,
		profiled: "^BenchmarkArrival$/^loopback$", profileTime: "3s",
		claims: []claim{{
			reach: "at most 1.1 of the same from memory", limit: 1.1,
			value: reported("Arrival/loopback arrival-ns").over(reported("Arrival/memory arrival-ns")),
			figures: []figure{
				{"loopback", reported("Arrival/loopback arrival-ns").times(1e-6), "ms"},
				{"memory", reported("Arrival/memory arrival-ns").times(1e-6), "ms"},
			},
		}},
		about: `From the first byte of the reply's header to the end of the Call: with a transport that hands the reply
over from memory, and over a loopback socket from a server in another process, which has the same two processors.`,
	},
	{
		name: "memory", work: "The same reply through `All`",
		benchmark: "^BenchmarkMemory$", benchtime: "1x", samples: 10,
		profiled: "^BenchmarkMemory$/^heap$", profileTime: "5x",
		claims: []claim{{
			reach: "under 5 MB above the page", limit: 5, unit: "MB",
			value: reported("Memory/heap above-MB"),
			figures: []figure{
				{"peak", reported("Memory/heap peak-MB"), "MB"},
				{"page", reported("Memory/heap page-MB"), "MB"},
				{"above it in use", reported("Memory/live above-MB"), "MB"},
				{"above it in a Call", reported("Memory/call above-MB"), "MB"},
			},
		}},
		about: `All reads the reply as one page (WithPageSize(10000)) from a server in another process, over a
loopback socket, and Call as its result. The heap is looked at every half millisecond from the call to the end of the loop. From its peak are
taken what the heap had before and what the decoded page keeps, which is the difference that one page makes after a
collection. The collector runs as it does by default, so the peak has what it has yet to find; "in use" is the same
with a collector that runs all the time (GOGC=1), and what it found alive.`,
	},
	{
		name: "gzip", work: "A reply of 1,000 VMs, compressed",
		benchmark: "^BenchmarkGzip$", benchtime: "0.5s", quick: "1x", samples: 5,
		profiled: "^BenchmarkGzip$/^gzip$", profileTime: "3s",
		claims: []claim{{
			reach: "at least 4 times fewer bytes", limit: 4, atLeast: true,
			value: reported("Gzip/plain KB/reply").over(reported("Gzip/gzip KB/reply")),
			figures: []figure{
				{"gzip", reported("Gzip/gzip KB/reply"), "KB"},
				{"plain", reported("Gzip/plain KB/reply"), "KB"},
				{"gzip", nanoseconds("Gzip/gzip").times(1e-6), "ms"},
				{"plain", nanoseconds("Gzip/plain").times(1e-6), "ms"},
			},
		}},
		about: `The SDK accepts gzip, as the standard library's transport does. What that saves in bytes, and what it
costs in time where the network is a loopback socket; it pays off below some hundred megabits a second.`,
	},
	{
		name: "call", work: "Small synchronous call",
		benchmark: "^BenchmarkSmallCall$", benchtime: "0.4s", quick: "20x", samples: 11,
		profiled: "^BenchmarkSmallCall$/^zstack$", profileTime: "3s",
		claims: []claim{
			{
				reach: "at most 1.25 of bare net/http", limit: 1.25,
				value: nanoseconds("SmallCall/zstack").over(nanoseconds("SmallCall/bare")),
				figures: []figure{
					{"SDK", nanoseconds("SmallCall/zstack").times(1e-3), "µs"},
					{"bare", nanoseconds("SmallCall/bare").times(1e-3), "µs"},
				},
			},
			{
				reach: "at most 12 allocations more", limit: 12,
				value: allocations("SmallCall/zstack").minus(allocations("SmallCall/bare")),
				figures: []figure{
					{"SDK", allocations("SmallCall/zstack"), ""},
					{"bare", allocations("SmallCall/bare"), ""},
				},
			},
		},
		about: `QueryZone for one zone by its uuid, in a session, one call after the other over one connection
to a server in another process. The bare client sends the same request with the same headers, the random job uuid
included, reads the reply to its end and decodes it with encoding/json.`,
	},
	{
		name: "encode", work: "Encode a create-VM request",
		benchmark: "^BenchmarkEncode$", benchtime: "0.2s", quick: "20x", samples: 11,
		profiled: "^BenchmarkEncode$/^zstack$", profileTime: "3s",
		claims: []claim{
			{
				reach: "under 4 µs", limit: 4, unit: "µs",
				value: nanoseconds("Encode/zstack").times(1e-3),
				figures: []figure{
					{"encoding/json of plain structs", nanoseconds("Encode/bare").times(1e-3), "µs"},
					{"whole call", nanoseconds("Encode/call").times(1e-3), "µs"},
					{"more than one without parameters", nanoseconds("Encode/call").minus(nanoseconds("Encode/empty")).times(1e-3), "µs"},
				},
			},
			{
				reach: "under 15 allocations", limit: 14,
				value: allocations("Encode/zstack"),
				figures: []figure{
					{"encoding/json of plain structs", allocations("Encode/bare"), ""},
					{"whole call", allocations("Encode/call"), ""},
					{"more than one without parameters", allocations("Encode/call").minus(allocations("Encode/empty")), ""},
				},
			},
		},
		about: `What the engine does from a CreateVmInstanceAction with nine parameters to method, path and
body: checking every parameter, defaults, encoding. The call is given an option that is wrong, which the engine says
once the request is made and before anything is sent, so that the figures include one error. (A test holds that order.)
The whole call is Start to a transport that answers from memory; a call without parameters is the same for an action
that has none. encoding/json marshals plain structs with the same body, and checks nothing.`,
	},
	{
		name: "job", work: "Asynchronous call, job of 300 ms",
		benchmark: "^BenchmarkJob$", benchtime: "3x", samples: 10,
		profiled: "^BenchmarkJob$/^exact$", profileTime: "20x",
		claims: []claim{
			{
				reach: "under 20 ms added", limit: 20, unit: "ms",
				value:   reported("Job/exact added-ms"),
				figures: []figure{{"jobs of 270 to 330 ms", reported("Job/spread added-ms"), "ms"}},
			},
			{
				reach: "at most 8 polls", limit: 8,
				value:   reported("Job/exact polls/op"),
				figures: []figure{{"jobs of 270 to 330 ms", reported("Job/spread polls/op"), ""}},
			},
			{reach: "by webhook under 5 ms added", limit: 5, unit: "ms", value: reported("Job/webhook added-ms")},
			{reach: "by webhook 0 polls", limit: 0, value: reported("Job/webhook polls/op")},
		},
		about: `CreateZone on a simulated management node whose jobs take 300 ms, three calls after each other on
one new client with the default limit of 150 requests a second; means per call of the time beyond the job's and of the
polls. Jobs of 270 to 330 ms, drawn at random, show whether the schedule only suits 300. The webhook is served on a
loopback address of the same process.`,
	},
	{
		name: "longjob", work: "Asynchronous call, job of 5 min",
		benchmark: "^BenchmarkLongJob$", benchtime: "1x", samples: 10,
		claims: []claim{
			{reach: "at most 5 s added", limit: 5, unit: "s", value: reported("LongJob added-s")},
			{reach: "at most 120 polls", limit: 120, value: reported("LongJob polls")},
		},
		about: `The same in fake time (testing/synctest), with twenty jobs of 300 to 303.2 s, each on a new
client; the most that any of them took.`,
	},
	{
		name: "jobs", work: "10,000 jobs of 30 s each in flight",
		benchmark: "^BenchmarkManyJobs$", benchtime: "1x", samples: 3,
		profiled: "^BenchmarkManyJobs$", profileTime: "1x",
		claims: []claim{
			{
				reach: "all done within 36 s", limit: 36, unit: "s", value: reported("ManyJobs s"),
				figures: []figure{{"polls a job", reported("ManyJobs polls/job"), ""}},
			},
			{
				reach: "never over the request budget", limit: 1.01 * budget, always: true, unit: "requests in the worst second",
				value: reported("ManyJobs requests/s-worst"),
			},
			{
				reach: "under 150 MB", limit: 150, unit: "MB", value: reported("ManyJobs memory-MB"),
				figures: []figure{{"heap alone", reported("ManyJobs heap-MB"), "MB"}},
			},
		},
		about: `10,000 CreateZone calls are started, and then all are waited for at once, each by a goroutine of
its own. The server is another process. The default limit of 150 requests a second would let 10,000 calls out in 67 s,
so the client has NewRateLimiter(5000), which lets 6,000 go within a second at most: 5,000 and the fifth of that which
can gather. The server counts what arrives within any second; 1 % more than the budget is put down to requests that
were held up on the way. The memory is all that the process has of the system, the callers' stacks included. Each sample
takes more than half a minute, so that there are fewer.`,
	},
	{
		name: "timers", work: "1,000 jobs in flight, timers",
		benchmark: "^BenchmarkJobTimers$", benchtime: "1x", samples: 3,
		claims: []claim{{reach: "not one per job", limit: 200, value: reported("JobTimers timers")}},
		about: `How many timers are there while 1,000 jobs are waited for, found in the profile of all
allocations that are in use. With one for each job there are 1,000 and more. Each idle connection has one, and so have
the requests that happen to be under way, so that up to 200 are put down to them.`,
	},
	{
		name: "throughput", work: "100,000 small calls by 100 workers",
		benchmark: "^BenchmarkThroughput$", benchtime: "100000x", quick: "5000x", samples: 10,
		profiled: "^BenchmarkThroughput$/^zstack$", profileTime: "100000x",
		claims: []claim{
			{
				reach: "at least 0.85 of bare net/http", limit: 0.85, atLeast: true,
				value: reported("Throughput/zstack calls/s").over(reported("Throughput/bare calls/s")),
				figures: []figure{
					{"SDK", reported("Throughput/zstack calls/s"), "calls a second"},
					{"bare", reported("Throughput/bare calls/s"), "calls a second"},
				},
			},
			{
				reach: "no connection churn", limit: 10, unit: "connections opened",
				value:   reported("Throughput/zstack connections"),
				figures: []figure{{"bare", reported("Throughput/bare connections"), "opened"}},
			},
		},
		about: `The small call by 100 goroutines that share a client, as it is by default but for its limit. The
bare client keeps as many connections as there are workers. 2,000 calls before that open the connections. Those that
the server, another process, sees opened later were closed for no reason and had to be made again.`,
	},
	{
		name: "program", work: "Program with one action",
		benchmark: "^BenchmarkProgram$", benchtime: "20x", quick: "2x", samples: 10,
		claims: []claim{
			{
				reach: "at most 1.2 MB more than on bare net/http", limit: 1.2, unit: "MB",
				value: reported("Program zstack-MB").minus(reported("Program bare-MB")),
				figures: []figure{
					{"SDK", reported("Program zstack-MB"), "MB"},
					{"bare", reported("Program bare-MB"), "MB"},
				},
			},
			{
				reach: "start-up under 0.3 ms more", limit: 0.3, unit: "ms",
				value: reported("Program zstack-start-ms").minus(reported("Program bare-start-ms")),
				figures: []figure{
					{"SDK", reported("Program zstack-start-ms"), "ms"},
					{"bare", reported("Program bare-start-ms"), "ms"},
				},
			},
		},
		about: `internal/linkage/oneaction recovers a VM instance with the SDK, and internal/benchmarks/bare does
so with net/http and encoding/json. Both are stripped (-ldflags="-s -w"). They are started 20 times in turn in each
sample, make their clients and end with an error because no VM is named: the time is that from start to end, and the
medians of the 20 are compared.`,
	},
	{
		name: "compile", work: "Compile the SDK",
		benchmark: "^BenchmarkCompile$", benchtime: "1x", samples: 3, cold: true,
		claims: []claim{
			{
				reach: "`go build ./actions` at most 0.42 of `go build std`", limit: 0.42,
				value: reported("Compile build-processor-s").over(reported("Compile std-processor-s")),
				figures: []figure{
					{"SDK", reported("Compile build-processor-s"), "s"},
					{"std", reported("Compile std-processor-s"), "s"},
					{"SDK on the clock", reported("Compile build-s"), "s"},
				},
			},
			{
				reach: "`go vet ./...` at most 0.6 of it", limit: 0.6,
				value: reported("Compile vet-processor-s").over(reported("Compile std-processor-s")),
				figures: []figure{
					{"SDK", reported("Compile vet-processor-s"), "s"},
					{"on the clock", reported("Compile vet-s"), "s"},
				},
			},
		},
		about: `go build ./actions, and go vet ./... for everything with its tests, where the build cache has the
standard library and the dependencies and nothing of the SDK: in a copy of the source in a new directory. They are
compared with go build std in an empty cache. All figures but those on the clock are the time of all processors
together.`,
	},
}

const (
	vms    = 10_000
	mb     = 1 << 20
	budget = 6000 // of requests in any second, of the row with many jobs
)

func nanoseconds(benchmark string) value { return reported(benchmark + " ns/op") }
func allocations(benchmark string) value { return reported(benchmark + " allocs/op") }
