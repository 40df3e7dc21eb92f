// Package benchmarks holds what the claims about the SDK's speed rest on. Each
// benchmark has its baseline beside it, usually net/http with encoding/json as one
// would write it by hand, so that a claim is a ratio within one run:
//
//	go test -run '^$' -bench . ./internal/benchmarks
//
// The report program runs all of them, baselines and subjects in turn, and writes
// docs/performance.md:
//
//	go run ./internal/benchmarks/report
package benchmarks
