package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/examples/internal/exampletest"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func TestOnASimulatedNode(t *testing.T) {
	out, err := exampletest.Simulated(t, program())
	require.NoError(t, err)
	require.Regexp(t, `(?s)\w{32} "[^"]+" \(APIAddImageMsg\): Running\n.*\w{32} "[^"]+" \(APIAddImageMsg\): Succeeded\n`, out)
}

func TestOnAnotherNode(t *testing.T) {
	node := zstacktest.NewServer(t)
	out, err := exampletest.On(t, node, program())
	require.NoError(t, err)
	require.Equal(t, "0 long jobs have not ended\n", out)

	job := node.Add("LongJob", map[string]any{"name": "old", "jobName": "APIAddImageMsg", "state": "Failed"})
	out, err = exampletest.On(t, node, program(), job)
	require.NoError(t, err)
	require.Equal(t, job+" \"old\" (APIAddImageMsg): Failed\n", out)
}

func TestNoSuchJob(t *testing.T) {
	_, err := exampletest.On(t, zstacktest.NewServer(t), program(), "0123456789abcdef0123456789abcdef")
	require.EqualError(t, err, "there is no long job 0123456789abcdef0123456789abcdef")
}
