#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# public-calls.pl: lists what a Windows source may call of the headers in wdm/include,
# as "FILE NAME" lines: functions that are declared or defined there, as the compiler
# sees them. What is ksworker's own alone (ksw_..., Ksw..., __...) is left out.

use strict;
use warnings;
use File::Basename;

my $include = dirname(__FILE__) . "/../wdm/include";
my @headers = qw(ntifs.h ntstrsafe.h ntintsafe.h ks.h stdio.h string.h);
my @command = ($ENV{CC} || "gcc", "-E", "-nostdinc", "-fshort-wchar", "-D__KERNEL__", "-DMODULE",
	       "-DCONFIG_64BIT", "-DKSW_PLAIN_SYMBOLS", "-I$include",
	       (map { ("-include", $_) } @headers), "-x", "c", "/dev/null");
my ($file, $depth, $text, %seen) = ("", 0, "");

open(my $in, "-|", @command) or die "public-calls.pl: $command[0]: $!\n";
while (my $line = <$in>) {
	if ($line =~ /^#\s+\d+\s+"([^"]*)"/) {
		$file = basename($1);
		next;
	}
	for my $part (split(/([;{}])/, $line)) {
		if ($part eq "{" || $part eq ";") {
			declared($file, $text) if !$depth;
			$text = "" if !$depth;
		}
		$depth++ if $part eq "{";
		$depth-- if $part eq "}";
		next if $part =~ /^[;{}]$/;
		$text .= $part if !$depth;
	}
}
close($in) or die "public-calls.pl: the headers do not compile\n";

sub declared
{
	my ($file, $text) = @_;

	$text =~ s/__attribute__\s*(\((?:[^()]++|(?1))*\))//g;
	return if $text =~ /^\s*typedef\b/ || $text !~ /([A-Za-z_]\w*)\s*\(/;
	return if $1 =~ /^(ksw_|Ksw|__)/ || $seen{$1}++;
	print "wdm/include/$file $1\n";
}
