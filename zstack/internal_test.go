package zstack

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// The dates of recorded requests are past, so signatures are compared below the
// public API.
func TestSignaturesEqualThoseOfTheReferenceSDK(t *testing.T) {
	t.Parallel()
	file, err := os.Open("testdata/accesskey.jsonl")
	require.NoError(t, err)
	defer file.Close()
	rows := 0
	for lines := bufio.NewScanner(file); lines.Scan(); rows++ {
		var row struct {
			Method, Date, Authorization string
			StringToSign                string
		}
		require.NoError(t, json.Unmarshal(lines.Bytes(), &row))
		_, path, ok := strings.Cut(row.StringToSign, row.Date+"\n/v1")
		require.True(t, ok)
		require.Equal(t, row.Authorization, "ZStack AKID:"+sign("SECRET", row.Method, row.Date, path), row.StringToSign)
	}
	require.Equal(t, 12, rows)
}

// go vet refuses such a struct when it is written down.
func TestTwoFieldsForOneParameterAreRefused(t *testing.T) {
	t.Parallel()
	_, err := planOf(reflect.StructOf([]reflect.StructField{
		{Name: "A", Type: reflect.TypeFor[string](), Tag: `json:"n"`},
		{Name: "B", Type: reflect.TypeFor[string](), Tag: `json:"n,omitzero"`},
	}))
	require.ErrorContains(t, err, "two fields for the parameter n")
}

// Turns that were given up must not pile up in the limiter's queues, which no
// public API shows.
func TestTurnsThatWereGivenUpAreForgotten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := NewRateLimiter(1)
		for range 100 {
			require.NoError(t, l.wait(t.Context(), forCall))
			for range 5 {
				ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
				require.Error(t, l.wait(ctx, forCall))
				cancel()
			}
			time.Sleep(time.Second)
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		require.Empty(t, l.queues[forCall])
	})
}
