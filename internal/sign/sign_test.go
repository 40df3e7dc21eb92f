package sign_test

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/zstack-go/zstack-go/internal/sign"
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
		require.Equal(t, row.Authorization, "ZStack AKID:"+sign.Sign("SECRET", row.Method, row.Date, path), row.StringToSign)
	}
	require.Equal(t, 12, rows)
}
