package main

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMeasure(t *testing.T) {
	t.Parallel()
	for _, rows := range []int{100, 101, 2500} {
		server := httptest.NewServer(newTable(rows))
		t.Cleanup(server.Close)
		var out strings.Builder
		require.NoError(t, measure(t.Context(), &out, server.URL, rows, 50))
		require.Contains(t, out.String(), "peak memory")
		require.Equal(t, 3, strings.Count(out.String(), "% of the way"))
	}
}

func TestRowsThatAreMissingAreFound(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(newTable(200))
	t.Cleanup(server.Close)
	require.ErrorContains(t, measure(t.Context(), new(strings.Builder), server.URL, 300, 50), "200 of 300 rows came")
}

func TestTooFewRowsToMeasure(t *testing.T) {
	t.Parallel()
	require.ErrorContains(t, run(t.Context(), 99, 10), "cannot be measured")
}
