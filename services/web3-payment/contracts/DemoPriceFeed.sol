// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {AggregatorV3Interface} from "./AggregatorV3Interface.sol";

/// @title A price feed for local chains
/// @notice Says what its owner has told it; fresh at any time, unless the owner says since when.
contract DemoPriceFeed is AggregatorV3Interface, Ownable {
    string public description;
    uint8 public constant decimals = 8;
    uint256 public constant version = 1;

    int256 private _answer;
    uint256 private _updatedAt;
    uint80 private _round;

    event AnswerUpdated(int256 indexed answer, uint256 indexed roundId, uint256 updatedAt);

    constructor(address owner_, string memory description_, int256 answer) Ownable(owner_) {
        description = description_;
        _set(answer, 0);
    }

    /// @param updatedAt zero: always now
    function set(int256 answer, uint256 updatedAt) external onlyOwner {
        _set(answer, updatedAt);
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        uint256 updatedAt = _updatedAt == 0 ? block.timestamp : _updatedAt;
        return (_round, _answer, updatedAt, updatedAt, _round);
    }

    function _set(int256 answer, uint256 updatedAt) private {
        _answer = answer;
        _updatedAt = updatedAt;
        _round += 1;
        emit AnswerUpdated(answer, _round, updatedAt);
    }
}
