<?php
// Appended to the LocalSettings.php that MediaWiki's installer writes: sessions live in the store under test, and nothing
// of the wiki itself (rate limits, background jobs, mail) comes between an editor and its edits.

$wgServer = getenv( 'WIKI_SERVER' );
$wgObjectCaches['kask'] = [
	'class' => 'RESTBagOStuff',
	'url' => getenv( 'WIKI_SESSION_STORE' ),
	'httpParams' => [
		'readHeaders' => [],
		'writeHeaders' => [ 'content-type' => 'application/octet-stream' ],
		'deleteHeaders' => [],
		'writeMethod' => 'POST',
	],
	'serialization_type' => 'JSON',
	'hmac_key' => '',
];
$wgSessionCacheType = 'kask';

$wgRateLimits = [];
$wgPasswordAttemptThrottle = [];
$wgJobRunRate = 0;
$wgEnableEmail = false;
$wgCacheDirectory = getenv( 'WIKI_FOLDER' ) . '/cache';
$wgTmpDirectory = getenv( 'WIKI_FOLDER' ) . '/tmp';
$wgUploadDirectory = getenv( 'WIKI_FOLDER' ) . '/images';
$wgShowExceptionDetails = true;
